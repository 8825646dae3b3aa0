import init from "parquet-wasm/esm";
import type { Column } from "./column";
import { fileAddress } from "./file-address";
import { FileDecoder } from "./file-decoder";
import { Gone } from "./gone";
import type { Group } from "./plan-groups";

/** What the map's worker asks of its helper. */
export interface DecodeRequest {
  readonly id: number;
  readonly group: Group;
  readonly names: readonly string[];
}

export type DecodeReply =
  | { readonly id: number; readonly columns: readonly (readonly [name: string, column: Column])[] }
  | { readonly id: number; readonly failed: { readonly gone: boolean; readonly message: string } };

/** The map's second worker: decodes on another core what the first one makes points of. */
const scope = self as unknown as {
  onmessage: ((event: MessageEvent<DecodeRequest>) => void) | null;
  postMessage(reply: DecodeReply, transfer: Transferable[]): void;
};

const ready = init();
const decoder = new FileDecoder(fileAddress);

async function answer({ id, group, names }: DecodeRequest): Promise<void> {
  try {
    await ready;
    const columns = [...(await decoder.decode(group, names))];
    scope.postMessage(
      { id, columns },
      columns.flatMap(([, column]) => buffersOf(column)),
    );
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    scope.postMessage({ id, failed: { gone: error instanceof Gone, message } }, []);
  }
}

/** Handed over, not copied. */
function buffersOf(column: Column): Transferable[] {
  const parts =
    column.kind === "number" ? [column.values] : [column.codes, column.words.bytes, column.words.ends];
  return parts.map(({ buffer }) => buffer as ArrayBuffer);
}

scope.onmessage = (event) => {
  void answer(event.data);
};

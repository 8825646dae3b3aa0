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

/** `dead`: nothing can be decoded there, this request's columns included. */
export type DecodeReply =
  | { readonly dead: true }
  | { readonly id: number; readonly columns: readonly (readonly [name: string, column: Column])[] }
  | { readonly id: number; readonly failed: { readonly gone: boolean; readonly message: string } };

/** The map's second worker: decodes on another core what the first one makes points of. */
const scope = self as unknown as {
  onmessage: ((event: MessageEvent<DecodeRequest>) => void) | null;
  postMessage(reply: DecodeReply, transfer: Transferable[]): void;
};

const ready = init();
// Without it nothing can be decoded here, whatever is asked.
ready.catch(() => scope.postMessage({ dead: true }, []));
// What breaks in WebAssembly leaves a promise that nobody settles: as an error it is seen by whoever waits for it.
self.addEventListener("unhandledrejection", ({ reason }) => {
  setTimeout(() => {
    throw reason;
  });
});
const decoder = new FileDecoder(fileAddress);

async function answer({ id, group, names }: DecodeRequest): Promise<void> {
  await ready;
  try {
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
  // What fails before anything is decoded was told for all.
  answer(event.data).catch(() => undefined);
};

import init from "parquet-wasm/esm";
import { ColumnReader } from "./column-reader";
import { fileAddress } from "./file-address";
import { FileDecoder } from "./file-decoder";
import { Gone } from "./gone";
import { HelpingDecoder } from "./helping-decoder";
import { MapReading } from "./map-reading";
import type { Answers, Asked, Reply, Request, Verb } from "./messages";

/** The map's worker: everything that takes long happens here, so that the page is never held up. */
const scope = self as unknown as {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(reply: Reply, transfer: Transferable[]): void;
};

const ready = init();
const here = new FileDecoder(fileAddress);
const helped = () =>
  new HelpingDecoder(
    () => new Worker(new URL("./decoding-worker.ts", import.meta.url), { type: "module" }),
    here,
  );
// On one core a second worker is only in the way.
const reading = new MapReading(
  new ColumnReader(navigator.hardwareConcurrency > 1 ? [here, helped()] : [here]),
);

const verbs: { [V in Verb]: (asked: Asked[V]) => Answers[V] | Promise<Answers[V]> } = {
  show: (asked) => reading.show(asked),
  list: (asked) => reading.list(asked),
  station: (asked) => reading.station(asked),
  series: (asked) => reading.series(asked),
};

async function answer({ id, verb, asked }: Request): Promise<void> {
  try {
    await ready;
    const done = await (verbs[verb] as (asked: unknown) => Promise<Answers[Verb]>)(asked);
    scope.postMessage({ id, answer: done }, buffersOf(done));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    scope.postMessage({ id, failed: { gone: error instanceof Gone, message } }, []);
  }
}

/** Handed over, not copied. */
function buffersOf(answer: Answers[Verb]): Transferable[] {
  return Object.values(answer).flatMap((part: unknown) =>
    ArrayBuffer.isView(part) ? [part.buffer as ArrayBuffer] : [],
  );
}

scope.onmessage = (event) => {
  void answer(event.data);
};

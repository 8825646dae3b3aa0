import { runBuild } from "../server/dataset/build-job";
import { ingestStage } from "../server/ingest/stage";
import { uuidv5 } from "../server/message";
import type { Interval } from "../server/observation/interval";
import { formatInstant } from "../server/observation/time";
import type { Log } from "../server/ports/log";
import { runProjection } from "../server/projection/job";
import type { Runtime } from "../server/runtime";
import { IngestDataCommand } from "../server/source/messages";
import { BENCH_MAP } from "./payload";

export type Window = Interval & { readonly dataset: string };

export const signal = new AbortController().signal;
/** Standard output is for the result. */
export const log: Log = { info() {}, warn: console.error, error: console.error, with: () => log };
export const extras = { log, backOffMs: () => 0, failPoint: () => undefined };

/** Ingests a payload that claims `windows`, which lie one behind the other, and judges them, as the runner does. */
export async function ingest(
  windows: readonly Window[],
  span: string,
  payload: string,
  runtime: Runtime,
): Promise<void> {
  const [first, last] = [windows[0], windows.at(-1)];
  if (!first || !last) throw new Error("a payload claims at least one window");
  const dataset = {
    name: first.dataset,
    description: "",
    aggregation_span: span,
    source_links: [],
    keywords: [],
    subject_to_change_window: "PT0S",
  };
  const command = IngestDataCommand.parse({
    id: uuidv5("bench", first.dataset, first.start),
    metadata: { dataset, ingestion_map: BENCH_MAP, version: 1 },
    payload_location: payload,
    start_time: formatInstant(first.start),
    end_time: formatInstant(last.end),
  });
  const context = { lane: "live", queue: "bench", signal, attempt: 0 } as const;
  const outcome = await ingestStage.handle(command, { ...runtime, ...extras }, context);
  await runtime.transactions.run(async (tx) => {
    await outcome.settle?.(tx);
    for (const window of windows) await runtime.judgeWindow(tx, window);
  });
}

/** @throws Error when nothing was built */
export async function build(window: Window, runtime: Runtime): Promise<void> {
  const outcome = await runBuild(window, { ...runtime, ...extras }, signal);
  if (outcome !== "built") throw new Error(`the build ended as ${outcome}`);
}

/** @throws Error when nothing was projected */
export async function project(window: Window, runtime: Runtime): Promise<void> {
  const ports = { ...runtime, ...extras, ledger: runtime.projections, plugins: runtime.projectionPlugins };
  const outcome = await runProjection("pygeoapi", window, ports, signal);
  if (outcome !== "done") throw new Error(`the projection ended as ${outcome}`);
}

/**
 * One size of the bench, in a process of its own so that its memory is its own: `node --import tsx bench/measure.ts <rows>`. Prints one line of JSON.
 */
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { DuckdbColumnar } from "../server/adapters/duckdb/columnar";
import { testDatabase } from "../server/adapters/postgres/testing";
import { runBuild } from "../server/dataset/build-job";
import { ingestStage } from "../server/ingest/stage";
import { uuidv5 } from "../server/message";
import { formatInstant, HOUR, parseInstant } from "../server/observation/time";
import { sqlText } from "../server/ports/columnar";
import type { Log } from "../server/ports/log";
import { runProjection } from "../server/projection/job";
import { openRuntime, type Runtime } from "../server/runtime";
import { IngestDataCommand } from "../server/source/messages";
import type { Measurement, Step, StepName } from "./measurement";
import { BENCH_MAP, writeBenchPayload } from "./payload";

const START = parseInstant("2026-01-15T12:00:00Z") ?? 0;
const WINDOW = { dataset: "bench", start: START, end: START + HOUR };
const signal = new AbortController().signal;
/** Standard output is for the result. */
const log: Log = { info() {}, warn: console.error, error: console.error, with: () => log };
const extras = { log, backOffMs: () => 0, failPoint: () => undefined };

async function measure(rows: number): Promise<Measurement> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-bench-"));
  const database = await testDatabase();
  const { connectionString } = database;
  const runtime = await openRuntime({ dataDir: folder, connectionString, connections: 4 }, log);
  try {
    return await steps(rows, folder, runtime);
  } finally {
    await runtime.close();
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function steps(rows: number, folder: string, runtime: Runtime): Promise<Measurement> {
  const payload = path.join(folder, "payload.parquet");
  const columnar = new DuckdbColumnar({ tempDirectory: path.join(folder, "made"), memoryLimit: "400MB" });
  const given = await writeBenchPayload(columnar, rows, START, payload);
  await columnar.close();
  await runtime.transactions.run((tx) =>
    runtime.catalog.saveProjection(tx, { name: "pygeoapi", kind: "pygeoapi", enabled: true, config: {} }),
  );
  const done: Step[] = [];
  const step = async (name: StepName, file: string, body: () => Promise<void>) => {
    const before = await copySeconds(file, folder, runtime);
    const seconds = await secondsOf(body);
    const copy = (before + (await copySeconds(file, folder, runtime))) / 2;
    done.push({ name, seconds, copySeconds: copy, ratio: seconds / copy });
  };

  await step("ingest", payload, () => ingest(payload, rows, runtime));
  const [ingested] = (await runtime.views.ingests({ limit: 1 })).items;
  await step("window build", payload, () => build(runtime));
  const [window] = (await runtime.views.windows({ dataset: "bench", limit: 1 })).items;
  await step("GeoParquet", window?.files[0] ?? "", () => project(runtime));

  const badCells = Object.values(ingested?.badCells ?? {}).reduce((sum, count) => sum + count, 0);
  return {
    rows,
    steps: done,
    peakMiB: await peakMiB(),
    payloadMiB: (await stat(payload)).size / 2 ** 20,
    checks: {
      "rows ingested": [ingested?.rows ?? 0, given.rows],
      "cells that hold no number": [badCells, given.badCells],
      "rows in the window": [window?.rows ?? 0, given.distinct],
    },
  };
}

async function ingest(payload: string, rows: number, runtime: Runtime): Promise<void> {
  const dataset = {
    name: WINDOW.dataset,
    description: "",
    aggregation_span: "PT1H",
    source_links: [],
    keywords: [],
    subject_to_change_window: "PT0S",
  };
  const command = IngestDataCommand.parse({
    id: uuidv5("bench", rows),
    metadata: { dataset, ingestion_map: BENCH_MAP, version: 1 },
    payload_location: payload,
    start_time: formatInstant(WINDOW.start),
    end_time: formatInstant(WINDOW.end),
  });
  const context = { lane: "live", queue: "bench", signal, attempt: 0 } as const;
  const outcome = await ingestStage.handle(command, { ...runtime, ...extras }, context);
  await runtime.transactions.run(async (tx) => {
    await outcome.settle?.(tx);
    await runtime.judgeWindow(tx, WINDOW);
  });
}

async function build(runtime: Runtime): Promise<void> {
  const outcome = await runBuild(WINDOW, { ...runtime, ...extras }, signal);
  if (outcome !== "built") throw new Error(`the build ended as ${outcome}`);
}

async function project(runtime: Runtime): Promise<void> {
  const ports = { ...runtime, ...extras, ledger: runtime.projections, plugins: runtime.projectionPlugins };
  const outcome = await runProjection("pygeoapi", WINDOW, ports, signal);
  if (outcome !== "done") throw new Error(`the projection ended as ${outcome}`);
}

/** The yardstick: DuckDB reads and writes the rows, and does nothing else. */
function copySeconds(file: string, folder: string, { columnar }: Runtime): Promise<number> {
  const target = sqlText(path.join(folder, "copy.parquet"));
  const copy = `COPY (SELECT * FROM read_parquet(${sqlText(file)})) TO ${target} (FORMAT parquet, COMPRESSION zstd)`;
  return secondsOf(() => columnar.session((session) => session.execute(copy)));
}

async function secondsOf(body: () => Promise<void>): Promise<number> {
  const since = performance.now();
  await body();
  return (performance.now() - since) / 1000;
}

/** The most memory this process ever had (proc(5), VmHWM). */
async function peakMiB(): Promise<number> {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
}

console.log(JSON.stringify(await measure(Number(process.argv[2]))));

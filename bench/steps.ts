/** `node --import tsx bench/steps.ts <rows>`: the steps of the line, each beside DuckDB's plain COPY of the same rows, in one process. Prints JSON. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Database } from "../server/adapters/postgres/database";
import { testDatabase } from "../server/adapters/postgres/testing";
import type { Interval } from "../server/observation/interval";
import { DAY, HOUR, parseInstant } from "../server/observation/time";
import { sqlText } from "../server/ports/columnar";
import { dayRound } from "../server/projection/compact-day";
import { openRuntime, type Runtime } from "../server/runtime";
import { build, extras, ingest, log, project, signal } from "./line";
import { BOUNDS, type Figure, type Finding, MOST_MIB, type StepName } from "./measurement";
import type { PayloadFacts } from "./payload";
import { bytesBelow, checkGeoParquet, peakMiB } from "./products";

const MIDNIGHT = parseInstant("2026-01-15T00:00:00Z") ?? 0;
const NOON: Interval = { start: MIDNIGHT + 12 * HOUR, end: MIDNIGHT + 13 * HOUR };
const WHOLE_DAY: Interval = { start: MIDNIGHT, end: MIDNIGHT + DAY };
const MIB = 2 ** 20;
const WARM_ROWS = 1_000;

interface Trial {
  readonly rows: number;
  readonly folder: string;
  readonly runtime: Runtime;
  readonly db: Database;
  readonly figures: Figure[];
}

async function measure(rows: number): Promise<Finding> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-bench-"));
  const database = await testDatabase();
  const { connectionString } = database;
  const dayPolicy = { quietMs: 0, restMs: 0, lookMs: 0, keepMs: HOUR / 1000 };
  const runtime = await openRuntime({ dataDir: folder, connectionString, connections: 4, dayPolicy }, log);
  const db = new Database(connectionString, { connections: 1 });
  try {
    await runtime.transactions.run((tx) =>
      runtime.catalog.saveProjection(tx, { name: "pygeoapi", kind: "pygeoapi", enabled: true, config: {} }),
    );
    await warmUp(runtime, folder);
    const trial = { rows, folder, runtime, db, figures: [] };
    const hour = await oneHour(trial);
    const day = await oneDay(trial);
    const memory = { what: "peak memory (VmHWM)", value: await peakMiB(), unit: "MiB", atMost: MOST_MIB };
    // Read last: what the reader needs is no part of the worker's memory.
    const read = { ...hour.checks, ...(await hour.read()), ...prefixed("the day's ", await day()) };
    return { figures: [...trial.figures, memory], checks: read };
  } finally {
    await runtime.close();
    await db.close();
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a process does once is no part of a step: Prisma's and DuckDB's first statements take half a second, which is a fifth of the small size. */
async function warmUp(runtime: Runtime, folder: string): Promise<void> {
  const window = { dataset: "bench.warm", ...NOON };
  const { payload } = await payloadOf({ rows: WARM_ROWS, folder }, NOON);
  await ingest([window], "PT1H", payload, runtime);
  await build(window, runtime);
  await project(window, runtime);
}

/** One window of all rows: ingested, built, projected; and what it takes on the disk. */
async function oneHour(trial: Trial) {
  const { runtime, folder } = trial;
  const window = { dataset: "bench", ...NOON };
  const databaseBefore = await databaseBytes(trial);
  const { payload, given } = await payloadOf(trial, NOON);
  await step(trial, "ingest", [payload], () => ingest([window], "PT1H", payload, runtime));
  const [ingested] = (await runtime.views.ingests({ limit: 1 })).items;
  await step(trial, "window build", [payload], () => build(window, runtime));
  const [built] = (await runtime.views.windows({ dataset: "bench", limit: 1 })).items;
  await step(trial, "GeoParquet", built?.files ?? [], () => project(window, runtime));
  await disk(trial, given, databaseBefore);
  const badCells = Object.values(ingested?.badCells ?? {}).reduce((sum, count) => sum + count, 0);
  const checks = {
    "rows ingested": [ingested?.rows ?? 0, given.rows],
    "cells that hold no number": [badCells, given.badCells],
    "rows in the window": [built?.rows ?? 0, given.distinct],
  } as const;
  const products = await runtime.columnar.session(async (session) => {
    const glob = sqlText(path.join(folder, "files/projections/pygeoapi/bench/*.parquet"));
    return session.query(`SELECT file FROM glob(${glob})`);
  });
  return { checks, read: () => checkGeoParquet(String(products[0]?.file), given) };
}

/** The same number of rows over a day of 24 windows, which are then put together. */
async function oneDay(trial: Trial): Promise<() => Promise<Finding["checks"]>> {
  const { runtime, folder } = trial;
  const dataset = "bench.day";
  const { payload, given } = await payloadOf(trial, WHOLE_DAY);
  const hours = Array.from({ length: 24 }, (_, hour) => MIDNIGHT + hour * HOUR);
  const inDay = hours.map((start) => ({ dataset, start, end: start + HOUR }));
  await ingest(inDay, "PT1H", payload, runtime);
  for (const window of inDay) {
    await build(window, runtime);
    await project(window, runtime);
  }
  const ports = { ...runtime, ...extras };
  const find = async (pattern: string) => {
    const glob = sqlText(path.join(folder, "files/projections/pygeoapi", pattern));
    const found = await runtime.columnar.session((session) =>
      session.query(`SELECT file FROM glob(${glob})`),
    );
    return found.map(({ file }) => String(file));
  };
  const windows = await find(`${dataset}/*.parquet`);
  // The day of the other dataset is one window, which stays as it is; it is looked at in the same rounds.
  await step(trial, "compaction of a day", windows, async () => {
    while (await dayRound(ports, signal));
  });
  const days = await find(`${dataset}/days/*.parquet`);
  if (days.length !== 1) throw new Error(`${days.length} files of days, not one`);
  return () => checkGeoParquet(String(days[0]), given);
}

async function payloadOf({ rows, folder }: Pick<Trial, "rows" | "folder">, span: Interval) {
  const payload = path.join(folder, `payload-${span.end - span.start}.parquet`);
  const maker = fileURLToPath(new URL("./make-payload.ts", import.meta.url));
  const words = ["--import", "tsx", maker, rows, span.start, span.end, payload].map(String);
  const { stdout } = await promisify(execFile)(process.execPath, words);
  return { payload, given: JSON.parse(stdout) as PayloadFacts };
}

/** Times a step and, before and after it, the yardstick. */
async function step(
  { runtime, folder, figures }: Trial,
  name: StepName,
  files: readonly string[],
  body: () => Promise<void>,
): Promise<void> {
  const before = await copy(files, folder, runtime);
  const taken = await cost(body);
  const after = await copy(files, folder, runtime);
  const seconds = (before.seconds + after.seconds) / 2;
  const cpu = (before.cpu + after.cpu) / 2;
  const detail = `${taken.seconds.toFixed(2)} s for ${seconds.toFixed(2)} s; CPU ${taken.cpu.toFixed(2)} s for ${cpu.toFixed(2)} s (${(taken.cpu / cpu).toFixed(2)})`;
  figures.push({
    what: name,
    value: taken.seconds / seconds,
    unit: "× COPY",
    atMost: BOUNDS[name],
    detail,
  });
}

/** The yardstick: DuckDB reads and writes the rows, and does nothing else. */
function copy(files: readonly string[], folder: string, { columnar }: Runtime) {
  const target = sqlText(path.join(folder, "copy.parquet"));
  const from = `read_parquet([${files.map(sqlText).join(", ")}])`;
  return cost(() =>
    columnar.session((session) =>
      session.execute(`COPY (SELECT * FROM ${from}) TO ${target} (FORMAT parquet, COMPRESSION zstd)`),
    ),
  );
}

/** Seconds that passed, and seconds of this process's CPU, which say more where others work on the machine. */
async function cost(body: () => Promise<void>): Promise<{ seconds: number; cpu: number }> {
  const since = performance.now();
  const before = process.cpuUsage();
  await body();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - since) / 1000, cpu: (user + system) / 1e6 };
}

async function disk(trial: Trial, given: PayloadFacts, databaseBefore: number): Promise<void> {
  const files = (folder: string) => bytesBelow(path.join(trial.folder, "files", folder));
  const parts = [
    ["payload", await files("payloads")],
    ["points", await files("series")],
    ["canonical file", await files("datasets")],
    ["GeoParquet", await files("projections")],
    ["PostgreSQL", (await databaseBytes(trial)) - databaseBefore],
  ] as const;
  const each = (bytes: number) => (bytes / MIB / given.distinct) * 1e6;
  const total = parts.reduce((sum, [, bytes]) => sum + bytes, 0);
  trial.figures.push({
    what: "disk per million observations",
    value: each(total),
    unit: "MiB",
    detail: parts.map(([what, bytes]) => `${what} ${each(bytes).toFixed(1)}`).join(", "),
  });
}

async function databaseBytes({ db }: Trial): Promise<number> {
  const [row] = await db.rows<{ n: number }>(
    undefined,
    "SELECT pg_database_size(current_database())::bigint AS n",
  );
  return row?.n ?? 0;
}

function prefixed(prefix: string, checks: Finding["checks"]): Finding["checks"] {
  return Object.fromEntries(Object.entries(checks).map(([what, pair]) => [`${prefix}${what}`, pair]));
}

console.log(JSON.stringify(await measure(Number(process.argv[2]))));

/**
 * `node --import tsx bench/year.ts <windows>`: what a delivery costs with more and more history, up to a year of 5-minute windows of 20 datasets, each
 * time beside one of a line without any; then everything is killed with work in flight, and the time is taken until it works again. Prints JSON.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { DuckdbColumnar } from "../server/adapters/duckdb/columnar";
import { Database } from "../server/adapters/postgres/database";
import { startEmbeddedPostgres } from "../server/adapters/postgres/embedded/start";
import { migrate } from "../server/adapters/postgres/migrate";
import { databaseOf, MIGRATIONS } from "../server/adapters/postgres/testing";
import { parseInstant } from "../server/observation/time";
import { openRuntime } from "../server/runtime";
import { openTestLine } from "../workers/line.testing";
import { crash, type Home } from "./crash";
import { addHistory, leastSquares, SPAN, settleHistory } from "./history";
import { build, ingest, log, project } from "./line";
import type { Figure, Finding } from "./measurement";
import { writeBenchPayload } from "./payload";

const DATASETS = Array.from({ length: 20 }, (_, i) => `network${i}`);
const HISTORY = parseInstant("2024-01-01T00:00:00Z") ?? 0;
/** New deliveries are of days that the history does not reach. */
const NEW = parseInstant("2026-03-01T00:00:00Z") ?? 0;
const QUARTERS = 4;
const DELIVERIES = 25;
const ROWS = 1000;
/** More than this share dearer at the end of the year than at its beginning is no constant cost. */
const MOST_DEARER = 0.25;
const YAML =
  "sources:\n  ioncannon:\n    num_stations: 5000\n    late_share: 0\n  scheduler:\n    windows: []\n";

async function measure(windows: number): Promise<Finding> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-bench-year-"));
  const postgres = await startEmbeddedPostgres({ dataDir: folder, log });
  let stop = postgres.stop;
  try {
    const old = await install(folder, postgres.connectionString);
    const db = new Database(old.connectionString, { connections: 1 });
    await db.execute(undefined, "CREATE DATABASE without_history");
    await db.close();
    const address = databaseOf(old.connectionString, "without_history");
    const young = await install(path.join(folder, "without-history"), address);
    const costs = await costAgainstHistory(windows, old, young);
    const { figure, stop: stopAgain } = await crash(old, postgres.pid, NEW);
    stop = stopAgain;
    return { figures: [...costs.figures, figure], checks: costs.checks };
  } finally {
    await stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A migrated database with the first content of the catalogue, which only a worker's first start brings. */
async function install(folder: string, connectionString: string): Promise<Home> {
  const home = { folder, connectionString, yaml: YAML };
  await mkdir(folder, { recursive: true });
  await migrate(connectionString, MIGRATIONS);
  const line = await openTestLine(YAML, home);
  try {
    line.start();
    await line.until(async () => (await line.runtime.views.sources()).length > 0, "the first content");
  } finally {
    await line.close();
  }
  return home;
}

/** @returns what delivers one payload of a new window, in milliseconds, and what ends it */
async function deliveries({ folder, connectionString }: Home) {
  const runtime = await openRuntime({ dataDir: folder, connectionString, connections: 4 }, log);
  const columnar = new DuckdbColumnar({ tempDirectory: path.join(folder, "made"), memoryLimit: "200MB" });
  let delivered = 0;
  return {
    async deliver(): Promise<number> {
      const start = NEW + delivered * SPAN;
      const window = { dataset: DATASETS[0] ?? "", start, end: start + SPAN };
      delivered += 1;
      const payload = path.join(folder, "bench-payload.parquet");
      await writeBenchPayload(columnar, ROWS, window, payload);
      const since = performance.now();
      await ingest([window], "PT5M", payload, runtime);
      await build(window, runtime);
      await project(window, runtime);
      return performance.now() - since;
    },
    delivered: () => delivered,
    async close(): Promise<void> {
      await columnar.close();
      await runtime.close();
    },
  };
}

/** Medians of a quarter, milliseconds. */
interface Quarter {
  /** Millions of windows of history. */
  readonly windows: number;
  readonly old: number;
  readonly young: number;
}

async function costAgainstHistory(windows: number, old: Home, young: Home): Promise<Finding> {
  const [withHistory, without] = [await deliveries(old), await deliveries(young)];
  const db = new Database(old.connectionString, { connections: 1 });
  const each = Math.ceil(windows / DATASETS.length);
  try {
    for (let i = 0; i < 5; i += 1) await turns(withHistory.deliver, without.deliver);
    const quarters: Quarter[] = [];
    for (let quarter = 0; quarter <= QUARTERS; quarter += 1) {
      const [from, to] = [quarter - 1, quarter].map((q) => Math.round((each * Math.max(0, q)) / QUARTERS));
      if (quarter > 0) {
        for (const name of DATASETS) await addHistory(db, name, HISTORY, from ?? 0, to ?? 0);
        console.error(`history: ${((to ?? 0) * DATASETS.length).toLocaleString("en")} windows`);
      }
      await settleHistory(db);
      const taken: (readonly [number, number])[] = [];
      for (let i = 0; i < DELIVERIES; i += 1) taken.push(await turns(withHistory.deliver, without.deliver));
      const [oldMs = 0, youngMs = 0] = [0, 1].map((which) => median(taken.map((pair) => pair[which] ?? 0)));
      quarters.push({ windows: ((to ?? 0) * DATASETS.length) / 1e6, old: oldMs, young: youngMs });
    }
    const { row, figures } = await tell(quarters, db);
    const all = each * DATASETS.length + withHistory.delivered();
    return { figures, checks: { windows: [row.n, all], "current revisions": [row.current, all] } };
  } finally {
    await withHistory.close();
    await without.close();
    await db.close();
  }
}

/** One of each at a time, so that whatever else works on the machine meets both. */
async function turns(old: () => Promise<number>, young: () => Promise<number>) {
  return [await old(), await young()] as const;
}

async function tell(quarters: readonly Quarter[], db: Database) {
  // By how many times a delivery is dearer than one of a line without history: what the machine does beside takes no part in it.
  const { at0, perX } = leastSquares(quarters.map(({ windows, old, young }) => [windows, old / young]));
  const [row = { n: 0, bytes: 0, current: 0 }] = await db.rows<{ n: number; bytes: number; current: number }>(
    undefined,
    `SELECT count(*)::bigint AS n, pg_database_size(current_database())::bigint AS bytes,
       (SELECT count(*) FROM revision WHERE current)::bigint AS current FROM "window"`,
  );
  const list = (of: (quarter: Quarter) => string) =>
    quarters.map((quarter) => `${quarter.windows.toFixed(2)} M windows: ${of(quarter)}`).join(", ");
  const figures: Figure[] = [
    {
      what: "a delivery, from message to GeoParquet, without history",
      value: median(quarters.map(({ young }) => young)),
      unit: "ms",
      detail: `median of ${DELIVERIES} with and without: ${list(({ old, young }) => `${old.toFixed(0)} and ${young.toFixed(0)}`)}`,
    },
    {
      what: "dearer by each million windows of history",
      value: perX,
      unit: "of 1",
      detail: `least squares through ${list(({ old, young }) => (old / young).toFixed(2))}`,
    },
    {
      what: "dearer at the end than at the beginning",
      value: (perX * (quarters.at(-1)?.windows ?? 0)) / at0,
      unit: "of 1",
      atMost: MOST_DEARER,
    },
    { what: "ledger in PostgreSQL, each window", value: row.bytes / row.n, unit: "bytes" },
  ];
  return { row, figures };
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0;
}

console.log(JSON.stringify(await measure(Number(process.argv[2]))));

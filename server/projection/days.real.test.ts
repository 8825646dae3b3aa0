import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parquetMetadata, parquetReadObjects, parquetSchema } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Database } from "../adapters/postgres/database";
import { type TestDatabase, testDatabase } from "../adapters/postgres/testing";
import type { CanonicalColumn } from "../observation/column";
import { DAY, HOUR } from "../observation/time";
import { sqlText } from "../ports/columnar";
import type { DayPolicy } from "../ports/day-ledger";
import type { Log } from "../ports/log";
import { openRuntime, type Runtime } from "../runtime";
import { dayRound } from "./compact-day";
import { runProjection } from "./job";
import { showRound } from "./show";

const silent: Log = { info() {}, warn: console.warn, error: console.error, with: () => silent };
const AT_ONCE: DayPolicy = { quietMs: 0, restMs: 0, lookMs: 0, keepMs: 0 };
const MONDAY = Date.UTC(2025, 0, 20) * 1000;
const DATASET = "sensor.community";
const signal = new AbortController().signal;

const axes: readonly CanonicalColumn[] = [
  { name: "datetime", role: "time", dtype: "datetime64[us, UTC]" },
  { name: "lat", role: "latitude", dtype: "float64" },
  { name: "lon", role: "longitude", dtype: "float64" },
];
const temperature: CanonicalColumn = { name: "air_temperature", role: "variable", dtype: "float64" };
const humidity: CanonicalColumn = { name: "relative_humidity", role: "variable", dtype: "float64" };
const station: CanonicalColumn = { name: "station_id", role: "metadata", dtype: "int64" };

let server: TestDatabase;
let db: Database;
let runtime: Runtime;
let folder: string;
beforeAll(async () => {
  server = await testDatabase();
  db = new Database(server.connectionString, { connections: 2 });
});
afterAll(async () => {
  await runtime.close();
  await db.close();
  await server.close();
});

beforeEach(async () => {
  await runtime?.close();
  await db.execute(
    undefined,
    `TRUNCATE revision, "window", projection_state, projection_day, day_file, served_dataset, projection, dataset, dataset_span`,
  );
  folder = mkdtempSync(path.join(tmpdir(), "days-"));
  await open(AT_ONCE);
  await runtime.transactions.run(async (tx) => {
    await runtime.catalog.ensureDataset(tx, {
      metadata: {
        name: DATASET,
        description: "Citizens",
        aggregation_span: "PT1H",
        source_links: [],
        keywords: [],
        subject_to_change_window: "PT0S",
      },
      identity: ["station_id"],
      mobile: false,
      personal: [],
      floor: 0,
      settings: { subjectToChange: 0, policy: { kind: "wait" } },
      licence: "ODbL 1.0",
      attribution: "Contributors",
      synthetic: false,
    });
    await runtime.catalog.saveProjection(tx, {
      name: "pygeoapi",
      kind: "pygeoapi",
      enabled: true,
      config: {},
    });
  });
});

async function open(dayPolicy: DayPolicy): Promise<void> {
  const { connectionString } = server;
  runtime = await openRuntime({ dataDir: folder, connectionString, connections: 3, dayPolicy }, silent);
}

interface Revision {
  readonly hour: number;
  readonly revision?: number;
  /** Rows; none makes the window empty. */
  readonly rows: number;
  readonly variables?: readonly CanonicalColumn[];
}

/** A build's result: canonical file, current revision, and what projections are to do. */
async function build({ hour, revision = 1, rows, variables = [temperature] }: Revision): Promise<void> {
  const start = MONDAY + hour * HOUR;
  const columns = [...axes, ...variables, station];
  const key = `datasets/${hour}-${revision}.parquet`;
  if (rows > 0) {
    const local = await runtime.files.scratch("canonical.parquet");
    const values = variables.map(({ name }) => `(${revision} + i / 10)::DOUBLE AS ${name}`).join(", ");
    await runtime.columnar.session((session) =>
      session.execute(
        `COPY (SELECT make_timestamptz(${start} + i * 1000000) AS datetime, 48.5::DOUBLE AS lat, 9 + i / 100.0::DOUBLE AS lon, ${values},
           i::BIGINT AS station_id FROM range(${rows}) r(i)) TO ${sqlText(local)} (FORMAT parquet)`,
      ),
    );
    await runtime.files.adopt(local, key);
  }
  const window = [DATASET, start, start + HOUR] as const;
  await db.execute(
    undefined,
    `UPDATE revision SET current = false WHERE dataset = $1 AND start_us = $2::bigint AND end_us = $3::bigint`,
    ...window,
  );
  await db.execute(
    undefined,
    `INSERT INTO revision (dataset, start_us, end_us, revision, output, current, file_key, sha256, bytes, rows, stations, columns, west, south, east, north,
       observed_start_us, observed_end_us, desired_hash, map_hashes, deliveries, coverage_share, complete)
     VALUES ($1, $2::bigint, $3::bigint, $4::int, $5, true, $6, $7, 1, $8::bigint, 1, $9::jsonb, 9, 48, 10, 49, $2::bigint, $3::bigint, '', '{}', '[]', 1, true)`,
    ...window,
    revision,
    rows > 0 ? "revision" : "empty",
    rows > 0 ? key : null,
    rows > 0 ? "0123456789abcdef" : null,
    rows,
    JSON.stringify(columns),
  );
  await db.execute(
    undefined,
    `INSERT INTO projection_state (projection, dataset, start_us, end_us, wanted) VALUES ('pygeoapi', $1, $2::bigint, $3::bigint, $4::int)
     ON CONFLICT (projection, dataset, start_us, end_us) DO UPDATE SET wanted = excluded.wanted`,
    ...window,
    revision,
  );
}

const extras = () => ({ ...runtime, log: silent, backOffMs: () => 0, failPoint: () => undefined });

async function project(): Promise<void> {
  const ports = { ...extras(), ledger: runtime.projections, plugins: runtime.projectionPlugins };
  for (const { projection, window } of await runtime.projections.due(500))
    expect(await runProjection(projection, window, ports, signal)).toBe("done");
}
const show = () => showRound(extras(), signal);
async function compact(): Promise<void> {
  while (await dayRound(extras(), signal));
}
/** Everything that is owed, until nothing is. */
async function settle(): Promise<void> {
  for (let rounds = 0; rounds < 10; rounds += 1) {
    await project();
    await compact();
    await show();
  }
  expect(await runtime.days.state("pygeoapi", DATASET)).toMatchObject({ upToDate: true });
}

const served = () => path.join(folder, "files/projections/pygeoapi", DATASET, "served");
function bytesOf(file: string): ArrayBuffer {
  const bytes = readFileSync(file);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}
/** What readers are shown: rows and variables per file, which is named by its day and times. */
function shown(): Record<string, string> {
  return Object.fromEntries(
    readdirSync(served()).map((name) => {
      const metadata = parquetMetadata(bytesOf(path.join(served(), name)));
      const variables = parquetSchema(metadata).children.map(({ element }) => element.name);
      const label = `${name.slice(6, 8)} ${name.slice(9, 13)}-${name.slice(23, 27)}`;
      return [label, [metadata.num_rows, ...variables.slice(3, -4)].join(" ")];
    }),
  );
}

/** Ids and temperatures of all that readers find. */
async function features(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of readdirSync(served())) {
    const rows = await parquetReadObjects({ file: bytesOf(path.join(served(), name)), compressors });
    found.push(...rows.map((row) => `${row.id} ${row.air_temperature}`));
  }
  return found.sort();
}

const DAY_FILE = "20 0000-0000";

describe("days", () => {
  it("are shown as one file once their windows are put together; a lone window stands for its day", async () => {
    for (const hour of [0, 1, 23, 24]) await build({ hour, rows: 3 + hour });
    await project();
    await show();
    const windows = {
      "20 0000-0100": "3 air_temperature",
      "20 0100-0200": "4 air_temperature",
      "20 2300-0000": "26 air_temperature",
      "21 0000-0100": "27 air_temperature",
    };
    expect(shown()).toEqual(windows);
    const before = await features();
    await compact();
    expect(shown()).toEqual(windows);
    await show();
    expect(shown()).toEqual({ [DAY_FILE]: "33 air_temperature", "21 0000-0100": "27 air_temperature" });
    expect(await features()).toEqual(before);
    expect(await runtime.days.state("pygeoapi", DATASET)).toMatchObject({
      days: 2,
      compacted: 2,
      error: undefined,
    });
  });

  it("are shadowed by a later revision until they are put together again", async () => {
    for (const hour of [0, 1]) await build({ hour, rows: 3 });
    await settle();
    await build({ hour: 1, revision: 2, rows: 5 });
    await project();
    const [day, window] = await runtime.days.files("pygeoapi", DATASET, { start: MONDAY, end: MONDAY + DAY });
    expect(day).toMatchObject({ kind: "day", except: [{ start: MONDAY + HOUR, end: MONDAY + 2 * HOUR }] });
    expect(window).toMatchObject({
      kind: "window",
      interval: { start: MONDAY + HOUR, end: MONDAY + 2 * HOUR },
    });
    await show();
    expect(shown()).toEqual({ "20 0000-0100": "3 air_temperature", "20 0100-0200": "5 air_temperature" });
    await settle();
    expect(shown()).toEqual({ [DAY_FILE]: "8 air_temperature" });
    expect(await runtime.days.files("pygeoapi", DATASET, { start: MONDAY, end: MONDAY + DAY })).toHaveLength(
      1,
    );
  });

  it("are told to a reader with their row groups, and which windows of them are current", async () => {
    for (const hour of [0, 1]) await build({ hour, rows: 3 });
    await settle();
    await build({ hour: 1, revision: 2, rows: 5 });
    await project();
    const range = { name: DATASET, from: MONDAY, to: MONDAY + 2 * HOUR };
    const { files, ...plan } = await runtime.verbs.planReading(range);
    expect(plan).toEqual({
      time: "datetime",
      latitude: "lat",
      longitude: "lon",
      identity: ["station_id"],
      mobile: false,
      renamed: {},
    });
    expect(files).toMatchObject([
      {
        except: [{ start: MONDAY + HOUR, end: MONDAY + 2 * HOUR }],
        windows: [{ start: MONDAY, end: MONDAY + HOUR, revision: 1 }],
        groups: [
          { rows: 6, box: [9, 48.5, 9.02, 48.5], time: { start: MONDAY, end: MONDAY + HOUR + 2_000_001 } },
        ],
      },
      {
        except: [],
        windows: [{ start: MONDAY + HOUR, end: MONDAY + 2 * HOUR, revision: 2 }],
        groups: [{ rows: 5 }],
      },
    ]);
    for (const { key, bytes } of files) expect((await runtime.files.facts(key))?.bytes).toBe(bytes);
    // An hour further on there is nothing.
    const later = { ...range, from: range.to, to: range.to + HOUR };
    expect((await runtime.verbs.planReading(later)).files).toEqual([]);
    await expect(runtime.verbs.planReading({ ...range, to: MONDAY - 1 })).rejects.toThrow("ends before");
    await expect(runtime.verbs.planReading({ ...range, to: MONDAY + 32 * DAY })).rejects.toThrow("31 days");
  });

  it("lose what a window that became empty had in them, and are windows again when one is left", async () => {
    for (const hour of [0, 1, 2]) await build({ hour, rows: 3 });
    await settle();
    await build({ hour: 1, revision: 2, rows: 0 });
    await settle();
    expect(shown()).toEqual({ [DAY_FILE]: "6 air_temperature" });
    await build({ hour: 2, revision: 2, rows: 0 });
    await settle();
    expect(shown()).toEqual({ "20 0000-0100": "3 air_temperature" });
    await build({ hour: 0, revision: 2, rows: 0 });
    await settle();
    expect(shown()).toEqual({});
  });

  it("are all written again when the dataset grows a column, before anything is shown", async () => {
    for (const hour of [0, 1, 24, 25, 48]) await build({ hour, rows: 3 });
    await settle();
    const before = shown();
    await build({ hour: 49, rows: 2, variables: [temperature, humidity] });
    await project();
    await show();
    expect(shown()).toEqual(before);
    expect(await runtime.days.state("pygeoapi", DATASET)).toMatchObject({ rewriting: 3, upToDate: false });
    await db.execute(undefined, "UPDATE served_dataset SET retry_at = NULL");
    await settle();
    expect(shown()).toEqual({
      [DAY_FILE]: "6 air_temperature relative_humidity",
      "21 0000-0000": "6 air_temperature relative_humidity",
      "22 0000-0000": "5 air_temperature relative_humidity",
    });
  });

  it("wait for windows that are due or settling, for projections, and for quiet", async () => {
    await build({ hour: 0, rows: 3 });
    await build({ hour: 1, rows: 3 });
    await project();
    const set = (need: string) =>
      db.execute(
        undefined,
        `INSERT INTO "window" (dataset, start_us, end_us, declared_span, desired_hash, coverage_share, complete, gaps, need, state, stale, reason)
         VALUES ($1, $2::bigint, $3::bigint, 'PT1H', '', 1, true, '[]', $4, 'queued', false, '')
         ON CONFLICT (dataset, start_us, end_us) DO UPDATE SET need = excluded.need`,
        DATASET,
        MONDAY + 2 * HOUR,
        MONDAY + 3 * HOUR,
        need,
      );
    const day = { projection: "pygeoapi", dataset: DATASET, day: MONDAY };
    await show();
    for (const need of ["due", "settling"]) {
      await set(need);
      expect(await runtime.days.verdict(day)).toEqual({ kind: "wait" });
    }
    await set("waiting");
    expect(await runtime.days.verdict(day)).toMatchObject({ kind: "compact" });
    await build({ hour: 1, revision: 2, rows: 4 });
    expect(await runtime.days.verdict(day)).toEqual({ kind: "wait" });
    await project();
    await runtime.close();
    await open({ ...AT_ONCE, quietMs: 600_000 });
    expect(await runtime.days.verdict(day)).toEqual({ kind: "wait" });
    await db.execute(undefined, "UPDATE projection_day SET changed_at = changed_at - interval '11 minutes'");
    expect(await runtime.days.verdict(day)).toMatchObject({ kind: "compact" });
  });

  it("that change while they are put together are put together again, and leave no file", async () => {
    for (const hour of [0, 1]) await build({ hour, rows: 3 });
    await project();
    let disturbed = false;
    const failPoint = (name: string) => {
      if (name === "day.stored") disturbed = true;
    };
    const days = new Proxy(runtime.days, {
      get: (target, name) => {
        if (name !== "commit") return Reflect.get(target, name).bind(target);
        return async (...given: Parameters<typeof target.commit>) => {
          await build({ hour: 1, revision: 2, rows: 5 });
          await project();
          return target.commit(...given);
        };
      },
    });
    await show();
    expect(await dayRound({ ...extras(), days, failPoint }, signal)).toBe(true);
    expect(disturbed).toBe(true);
    await show();
    expect(shown()).toEqual({ "20 0000-0100": "3 air_temperature", "20 0100-0200": "5 air_temperature" });
    await settle();
    expect(shown()).toEqual({ [DAY_FILE]: "8 air_temperature" });
    await dayRound(extras(), signal);
    const folderOfDays = path.join(folder, "files/projections/pygeoapi", DATASET, "days");
    expect(readdirSync(folderOfDays)).toHaveLength(1);
  });

  it("of an installation of before there were days are shown and put together without projecting again", async () => {
    for (const hour of [0, 1, 24]) await build({ hour, rows: 3 });
    await project();
    await db.execute(undefined, "TRUNCATE day_file");
    await db.execute(undefined, "UPDATE served_dataset SET columns = NULL, columns_hash = NULL, served = 0");
    await db.execute(undefined, "UPDATE projection_state SET columns_hash = NULL");
    await show();
    expect(Object.keys(shown())).toHaveLength(3);
    expect(await runtime.projections.due(10)).toEqual([]);
    await settle();
    expect(Object.keys(shown())).toEqual([DAY_FILE, "21 0000-0100"]);
  });
});

import { afterAll, beforeAll, expect, it } from "vitest";
import { DAY, HOUR, parseInstant } from "../../observation/time";
import { datasetFor } from "../../ports/testing";
import { PostgresCatalog } from "./catalog";
import { Database } from "./database";
import { PostgresDatasetFiles } from "./dataset-files";
import { type TestDatabase, testDatabase } from "./testing";

const START = parseInstant("2024-01-01T00:00:00Z") ?? 0;

let database: TestDatabase;
let db: Database;
let files: PostgresDatasetFiles;

beforeAll(async () => {
  database = await testDatabase();
  // One connection: what another one read is added to the statistics late.
  db = new Database(database.connectionString, { connections: 1 });
  files = new PostgresDatasetFiles(db);
  await db.run(async (tx) => {
    for (const name of ["d", "other", "bare"])
      await new PostgresCatalog(db).ensureDataset(tx, datasetFor(name));
  });
  await addRevisions("d", 0, 72);
  await addRevisions("other", 0, 72);
  await db.execute(
    undefined,
    "UPDATE revision SET output = 'empty', file_key = NULL, sha256 = NULL, bytes = 0, rows = 0, stations = 0 WHERE dataset = 'd' AND start_us = $1::bigint",
    START + 5 * HOUR,
  );
});
afterAll(async () => {
  await db.close();
  await database.close();
});

/** Hourly windows, each with a superseded revision of a thousand rows and a current one. */
async function addRevisions(dataset: string, from: number, to: number): Promise<void> {
  await db.execute(
    undefined,
    `INSERT INTO revision (dataset, start_us, end_us, revision, output, current, file_key, sha256, bytes, rows, stations, columns, desired_hash, map_hashes, deliveries,
       coverage_share, complete)
     SELECT $1, s, s + ${HOUR}, r, 'revision', r = 2, 'datasets/' || $1 || '/' || n || '.parquet', 'sha' || n, 1000 * n, CASE r WHEN 2 THEN 10 + n ELSE 1000 END, n, '[]',
       'h', '{}', '[]', 1, n % 2 = 0
     FROM (SELECT n, r, ${START}::bigint + n * ${HOUR}::bigint AS s FROM generate_series($2::bigint, $3::bigint - 1) n, generate_series(1, 2) r) x`,
    dataset,
    from,
    to,
  );
}

const day = (place: number) => ({ start: START + place * DAY, end: START + (place + 1) * DAY });

it("files of a range are those of current revisions whose windows share an instant with it, page by page", async () => {
  const range = { start: START + 4.5 * HOUR, end: START + 9 * HOUR };
  const first = await files.files("d", range, { limit: 2 });
  // The fifth hour is empty: it has no file.
  expect(first.map(({ start }) => (start - START) / HOUR)).toEqual([4, 6]);
  expect(first[0]).toEqual({
    start: START + 4 * HOUR,
    end: START + 5 * HOUR,
    revision: 2,
    fileKey: "datasets/d/4.parquet",
    sha256: "sha4",
    bytes: 4000,
    rows: 14,
    stations: 4,
    complete: true,
    builtAt: expect.any(Number),
  });
  const rest = await files.files("d", range, { limit: 10, after: first[1]?.start });
  expect(rest.map(({ start }) => (start - START) / HOUR)).toEqual([7, 8]);
  expect(await files.total("d", range)).toEqual({ files: 4, rows: 14 + 16 + 17 + 18, bytes: 25_000 });
});

it("sizes are told span by span; a window without rows counts, one that is not there does not", async () => {
  const sizes = await files.sizes("d", [day(-1), day(0), day(2)]);
  const sum = (from: number, to: number) => ((from + to) * (to - from + 1)) / 2;
  expect(sizes).toEqual([
    { ...day(-1), windows: 0, files: 0, rows: 0, bytes: 0, stations: 0 },
    {
      ...day(0),
      windows: 24,
      files: 23,
      rows: sum(10, 33) - 15,
      bytes: (sum(0, 23) - 5) * 1000,
      stations: 23,
    },
    { ...day(2), windows: 24, files: 24, rows: sum(58, 81), bytes: sum(48, 71) * 1000, stations: 71 },
  ]);
});

it("the extent is that of current revisions", async () => {
  expect(await files.extent("d")).toEqual({ start: START, end: START + 3 * DAY });
  expect(await files.extent("bare")).toBeUndefined();
});

it("a range costs the same with years of history around it", async () => {
  const read = async () => {
    const before = await rowsRead();
    await files.sizes("d", [day(0), day(1), day(2)]);
    await files.files("d", day(1), { limit: 50 });
    await files.total("d", day(1));
    await files.extent("d");
    return (await rowsRead()) - before;
  };
  const few = await read();
  // What is counted is what was read: three days, and one of them twice.
  expect(few).toBeGreaterThan(72);
  await addRevisions("d", 10_000, 30_000);
  await db.execute(undefined, 'VACUUM (ANALYZE) "revision"');
  expect(await read()).toBeLessThanOrEqual(few + 10);
});

async function rowsRead(): Promise<number> {
  const [found] = await db.rows<{ n: number }>(
    undefined,
    `SELECT (pg_stat_get_xact_tuples_returned(c) + pg_stat_get_xact_tuples_fetched(c) + coalesce(seq_tup_read + idx_tup_fetch, 0))::bigint AS n
     FROM (SELECT 'revision'::regclass::oid AS c, pg_stat_force_next_flush()) x JOIN pg_stat_user_tables t ON t.relid = c`,
  );
  return found?.n ?? Number.NaN;
}

import { afterAll, beforeAll, expect, it } from "vitest";
import { PostgresCatalog } from "../adapters/postgres/catalog";
import { Database } from "../adapters/postgres/database";
import { PostgresProjectionLedger } from "../adapters/postgres/projection-ledger";
import { PostgresProjectionPages } from "../adapters/postgres/projection-pages";
import { type TestDatabase, testDatabase } from "../adapters/postgres/testing";
import { testBox } from "../configuration/testing";
import { Conflict, Denied, NotFound } from "../errors";
import { HOUR } from "../observation/time";
import { datasetFor } from "../ports/testing";
import { configureProjection, projectionConfiguration, setProjectionEnabled } from "./configure";
import { projectionPlugins } from "./index";
import { retryProjection } from "./verbs";

let database: TestDatabase;
let db: Database;
let pages: PostgresProjectionPages;

const all = () => ({
  catalog: new PostgresCatalog(db),
  projections: new PostgresProjectionLedger(db, 0),
  transactions: db,
  projectionPlugins,
  secretBox: testBox(),
});

beforeAll(async () => {
  database = await testDatabase();
  db = new Database(database.connectionString, { connections: 4 });
  pages = new PostgresProjectionPages(db, { pygeoapi: "pygeoapi (GeoParquet)" });
  await db.run(async (tx) => {
    for (const name of ["a", "b"]) await all().catalog.ensureDataset(tx, datasetFor(name));
    const projection = { name: "pygeoapi", kind: "pygeoapi", enabled: true, config: { legacy: 1 } };
    await all().catalog.saveProjection(tx, projection);
    await all().catalog.saveProjection(tx, { name: "odb", kind: "odb", enabled: false, config: {} });
  });
  // Twelve done, of which two in the same instant; three failed, one queued, one that runs.
  await db.execute(
    undefined,
    `INSERT INTO projection_state (projection, dataset, start_us, end_us, wanted, done, done_at, error, retry_at, attempts, lease_until)
     SELECT 'pygeoapi', CASE WHEN n % 2 = 0 THEN 'a' ELSE 'b' END, n * 3600000000, (n + 1) * 3600000000, 1,
       CASE WHEN n < 12 THEN 1 ELSE 0 END, CASE WHEN n < 12 THEN now() - make_interval(hours => (5 * (n / 2))::int) END,
       CASE WHEN n BETWEEN 12 AND 14 THEN 'no room' END, CASE WHEN n BETWEEN 12 AND 14 THEN now() + interval '1 hour' END, 3,
       CASE WHEN n = 16 THEN now() + interval '1 hour' END
     FROM generate_series(0::bigint, 16) n`,
  );
});
afterAll(async () => {
  await db.close();
  await database.close();
});

it("a projection's counts, and its newest window of each dataset", async () => {
  const [odb, pygeoapi] = await pages.summaries();
  expect(odb).toMatchObject({
    name: "odb",
    title: "odb",
    enabled: false,
    doneLastDay: 0,
    owed: 0,
    newest: [],
  });
  expect(pygeoapi).toMatchObject({
    title: "pygeoapi (GeoParquet)",
    doneLastDay: 10,
    owed: 5,
    running: 1,
    failed: 3,
    newest: [
      { dataset: "b", start: 11 * HOUR, end: 12 * HOUR },
      { dataset: "a", start: 10 * HOUR, end: 11 * HOUR },
    ],
  });
});

it.each(["done", "owed", "failed"] as const)(
  "the windows that are %s, page by page, each once",
  async (which) => {
    const whole = (await pages.windows("pygeoapi", which, { limit: 50 })).items;
    expect(whole).toHaveLength({ done: 12, owed: 5, failed: 3 }[which]);
    for (const limit of [1, 2, 5]) {
      const found = [];
      let cursor: string | undefined;
      do {
        const page = await pages.windows("pygeoapi", which, { limit, cursor });
        found.push(...page.items);
        cursor = page.next;
      } while (cursor !== undefined);
      expect(found).toEqual(whole);
    }
  },
);

it("failed windows are due at once when they are retried: one, then all; those of others are not", async () => {
  const [window] = (await pages.windows("pygeoapi", "failed", { limit: 1 })).items;
  if (!window) throw new Error("no failed window");
  const { dataset, start, end } = window;
  expect(await retryProjection({ projection: "pygeoapi", window: { dataset, start, end } }, all())).toBe(1);
  const after = (await pages.windows("pygeoapi", "failed", { limit: 50 })).items;
  expect(after.filter(({ retryAt }) => retryAt === undefined)).toMatchObject([{ start }]);
  expect(await retryProjection({ projection: "pygeoapi" }, all())).toBe(3);
  await expect(retryProjection({ projection: "odb" }, all())).rejects.toThrow(Denied);
  await expect(retryProjection({ projection: "none" }, all())).rejects.toThrow(NotFound);
});

it("settings are changed once by two browsers, kept keys stay, and both are in the audit", async () => {
  const { version, kept, fields } = await projectionConfiguration("pygeoapi", all());
  expect(kept).toEqual([{ path: ["legacy"], text: "1" }]);
  expect(fields.map(({ path }) => path.join("."))).toContain("output_path");
  const to = (value: string) => ({
    name: "pygeoapi",
    version,
    changes: [{ path: ["output_path"], value }],
  });
  const results = await Promise.allSettled([
    configureProjection(to("/one"), all()),
    configureProjection(to("/two"), all()),
  ]);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const refused = results.find((each) => each.status === "rejected");
  expect(refused?.reason).toBeInstanceOf(Conflict);
  await setProjectionEnabled({ name: "pygeoapi", enabled: false }, all());
  await setProjectionEnabled({ name: "pygeoapi", enabled: false }, all());
  await expect(setProjectionEnabled({ name: "odb", enabled: true }, all())).rejects.toThrow(Denied);
  const stands = (await all().catalog.projections()).find(({ name }) => name === "pygeoapi");
  expect(stands).toMatchObject({
    enabled: false,
    config: { legacy: 1, output_path: expect.stringMatching(/one|two/) },
  });
  const audit = await db.rows<{ what: string }>(
    undefined,
    "SELECT what FROM audit WHERE subject = 'pygeoapi' AND what <> 'projection retry' ORDER BY id",
  );
  expect(audit.map(({ what }) => what)).toEqual(["projection configure", "projection disable"]);
});

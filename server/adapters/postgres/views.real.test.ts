import { afterAll, beforeAll, expect, it } from "vitest";
import { HOUR, parseInstant } from "../../observation/time";
import { Bench } from "../../ports/ledger.bench.contract";
import { ingestCommandId } from "../../source/messages";
import { PostgresCatalog } from "./catalog";
import { Database } from "./database";
import { failureHref } from "./home-queries";
import { PostgresLedger } from "./ledger";
import { type TestDatabase, testDatabase } from "./testing";
import { PostgresViews } from "./views";

const START = parseInstant("2024-06-01T10:00:00Z") ?? 0;
const RUNS = ["0190f2c0-0000-7000-8000-000000000001", "0190f2c0-0000-7000-8000-000000000002"] as const;

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await testDatabase();
  db = new Database(database.connectionString);
});
afterAll(async () => {
  await db.close();
  await database.close();
});

it("a run tells the fields that no map names, as soon as its payload is ingested", async () => {
  const catalog = new PostgresCatalog(db);
  const ledger = new PostgresLedger(db);
  const range = { start: START, end: START + HOUR };
  await db.run(async (tx) => {
    for (const id of RUNS)
      await catalog.requestRun(tx, { id, source: "s", range, trigger: "person", lane: "live" });
  });
  const bench = new Bench({ ledger, transactions: db });
  const delivery = await bench.receive("p", {});
  const facts = bench.generation({ commandId: ingestCommandId(RUNS[0]) });
  await db.run((tx) => ledger.recordGeneration(tx, delivery.id, { ...facts, unmapped: { noise: 12 } }));

  const jobs = { counts: async () => ({ waiting: 0, active: 0, delayed: 0, failed: 0 }) };
  const views = new PostgresViews(db, { location: (key) => key }, jobs as never, {});
  const { items } = await views.runs({ source: "s", limit: 10 });
  const told = Object.fromEntries(items.map(({ id, unmapped }) => [id, unmapped]));
  expect(told).toEqual({ [RUNS[0]]: { noise: 12 }, [RUNS[1]]: undefined });
});

it("tells of dead letters of one kind once, with their number, and does not let them crowd out all else", async () => {
  const letters = (queue: string, deadClass: string | null, count: number) =>
    db.execute(
      undefined,
      `INSERT INTO inbox (queue, id, body, lane, dead_at, dead_reason, dead_class)
       SELECT $1, gen_random_uuid(), '{}', 'live', timestamptz '2026-01-01' + n * interval '1 s', 'no payload ' || n, $2 FROM generate_series(1, $3::bigint) n`,
      queue,
      deadClass,
      count,
    );
  await letters("ionbeam.ingestion.ingestV1", "malformed", 12);
  await letters("ionbeam.ingestion.ingestV1", null, 1);
  const jobs = { counts: async () => ({ waiting: 0, active: 0, delayed: 0, failed: 0 }) };
  const { failures } = await new PostgresViews(db, { location: (key) => key }, jobs as never, {}).home();
  const dead = failures.filter(({ what }) => what === "dead letter");
  expect(dead.map(({ error, count, href }) => [error, count, href])).toEqual([
    ["no payload 12", 12, "/dead-letters?queue=ionbeam.ingestion.ingestV1"],
    [
      "no payload 1",
      1,
      expect.stringMatching(/^\/dead-letters\/ionbeam[.]ingestion[.]ingestV1\/[0-9a-f-]{36}$/),
    ],
  ]);
  await db.execute(undefined, "DELETE FROM inbox WHERE dead_at IS NOT NULL");
});

it("finds a delivery by a shortened key, and names those that are meant where these are several", async () => {
  const bench = new Bench({ ledger: new PostgresLedger(db), transactions: db });
  const [one, two] = [`${"a".repeat(63)}1`, `${"a".repeat(63)}2`];
  for (const key of [one, two]) {
    const { id } = await bench.receive(key, {});
    // Two hashes that begin alike do not come by themselves.
    await db.execute(undefined, "UPDATE delivery SET key = $1 WHERE id = $2::bigint", key, id);
  }
  const views = new PostgresViews(db, { location: (key) => key }, {} as never, {});
  const shown = async (key: string) => (await views.ingest(key)).delivery;
  expect(await shown(one)).toBe(one);
  expect(await shown(`${one.slice(0, 8)}…${one.slice(-8)}`)).toBe(one);
  const begin = one.slice(0, -1);
  await expect(shown(begin)).rejects.toThrow(
    `several deliveries are called ${begin}: ${one}, ${two}; give more`,
  );
  await expect(shown(one.slice(0, 7))).rejects.toThrow("no delivery");
});

it("links each failure to the page that shows it, also where a message names its dataset", async () => {
  const add = (queue: string, body: object) =>
    db.execute(
      undefined,
      "INSERT INTO inbox (queue, id, body, lane, error) VALUES ($1, gen_random_uuid(), $2::jsonb, 'live', 'the disk is full')",
      queue,
      JSON.stringify(body),
    );
  await add("ionbeam.ingestion.ingestV1", { metadata: { dataset: { name: "a?b & c" } } });
  await add("ionbeam.data.available.aggregation", {});
  const jobs = { counts: async () => ({ waiting: 0, active: 0, delayed: 0, failed: 0 }) };
  const { failures } = await new PostgresViews(db, { location: (key) => key }, jobs as never, {}).home();
  expect(failures.map(({ href }) => href).toSorted()).toEqual([
    "/ingests",
    "/ingests?dataset=a%3Fb%20%26%20c",
  ]);
  expect(
    failureHref({
      what: "projection",
      subject: "",
      error: "",
      name: "sensor.community",
      start: START,
      count: 1,
    }),
  ).toBe("/windows/sensor.community/2024-06-01T10:00:00Z");
});

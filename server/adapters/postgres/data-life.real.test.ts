import { afterAll, beforeAll, expect, it } from "vitest";
import { HOUR } from "../../observation/time";
import { Bench } from "../../ports/ledger.bench.contract";
import type { Tx } from "../../ports/transactions";
import { dataRetention } from "../../window/data-retention";
import type { Window, WindowSettings } from "../../window/model";
import { judge } from "../../window/readiness";
import { PostgresDataLife } from "./data-life";
import { Database } from "./database";
import { PostgresLedger } from "./ledger";
import { type TestDatabase, testDatabase } from "./testing";

const day = Date.UTC(2024, 0, 1) * 1000;
const w = (hour: number): Window => ({
  dataset: "contract",
  start: day + hour * HOUR,
  end: day + (hour + 1) * HOUR,
});
const EVER = Date.UTC(2200, 0, 1) * 1000;
const running = new AbortController().signal;

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await testDatabase();
  db = new Database(database.connectionString, { clock: () => day + 12 * HOUR });
});
afterAll(async () => {
  await db.close();
  await database.close();
});

it("retention over PostgreSQL: says what would go, takes it in pages oldest first, and seals what is left without points and payload", async () => {
  const ledger = new PostgresLedger(db);
  const life = new PostgresDataLife(db);
  const bench = new Bench({ ledger, transactions: db });
  await db.execute(
    undefined,
    `INSERT INTO dataset_span (dataset, from_us, span_us, declared) VALUES ('contract', 0, $1::bigint, 'PT1H')`,
    HOUR,
  );
  for (let i = 0; i < 40; i++) await bench.ingestAndJudge(`p${i}`, [w(8)], [[w(8), 2]]);
  await bench.ingestAndJudge("waits", [], [[w(9), 1]]);
  await bench.judge(w(9), { subjectToChange: 0, policy: { kind: "wait" } });
  await bench.commit(await bench.mustBegin(w(8)), "aa");
  await bench.judge(w(8));

  const removed: string[] = [];
  const retention = dataRetention({
    life,
    ledger,
    transactions: db,
    timeSeries: {
      bytes: async (refs) => refs.length,
      remove: async (refs) => void removed.push(...refs.map(({ delivery }) => delivery)),
    },
    files: { remove: async (key) => void removed.push(key) },
    failPoint: () => undefined,
  });
  const passedOver = [{ reason: "a window of it waits for missing deliveries", things: 1 }];
  expect(await retention.preview("contract", "points", EVER)).toEqual({
    kind: "points",
    things: 40,
    rows: 80,
    bytes: 40,
    passedOver,
  });
  expect(await retention.preview("contract", "payloads", 0)).toMatchObject({ things: 0, passedOver: [] });
  expect(await retention.remove("contract", "points", EVER, 10, running)).toEqual({
    removed: 32,
    bytes: 32,
    more: true,
  });
  expect(removed).toHaveLength(32);
  expect(await retention.preview("contract", "points", EVER)).toMatchObject({
    things: 8,
    rows: 16,
    passedOver,
  });
  expect(await retention.remove("contract", "points", EVER, 10, running)).toEqual({
    removed: 8,
    bytes: 8,
    more: false,
  });
  expect((await bench.load(w(8))).record?.sealed).toBe(false);

  // A dead letter may be replayed: what it names stays.
  await db.execute(
    undefined,
    `INSERT INTO inbox (queue, id, body, lane, dead_at) VALUES ('q', gen_random_uuid(), '{"payload_location": "/data/files/payloads/p0.parquet"}', 'live', now())`,
  );
  expect(await retention.remove("contract", "payloads", EVER, 100, running)).toMatchObject({
    removed: 39,
    more: false,
  });
  expect(removed.slice(40)).not.toContain("payloads/p0.parquet");
  expect((await retention.preview("contract", "payloads", EVER)).passedOver).toEqual([
    { reason: "a message that is not settled names it", things: 1 },
    ...passedOver,
  ]);
  expect((await bench.load(w(8))).record?.sealed).toBe(true);
  expect(await bench.judge(w(8))).toMatchObject({ state: "built", stale: false });
});

const SETTLED: WindowSettings = { subjectToChange: 0, policy: { kind: "build-after", after: 0 } };

/** Two windows of one delivery whose points are gone: the first one waits for them, the second has not been judged. */
async function waiting(hour: number) {
  const ledger = new PostgresLedger(db);
  const life = new PostgresDataLife(db);
  const bench = new Bench({ ledger, transactions: db });
  const [first, second] = [w(hour), w(hour + 1)];
  const touches = [first, second].map((window) => [window, 1] as const);
  const { id, key } = await bench.ingest(`shared ${hour}`, { touches });
  await db.execute(undefined, "UPDATE generation SET points = 'gone' WHERE delivery_id = $1::bigint", id);
  expect((await bench.judge(first)).restore).toHaveLength(1);
  const order = (await life.restoresDue(10)).find(({ delivery }) => delivery === key);
  if (!order) throw new Error("nobody asked for the points");
  const judgeSecond = async (tx: Tx, between: () => Promise<unknown>) => {
    const facts = await ledger.lockWindow(tx, second);
    await between();
    await ledger.saveJudgement(tx, second, judge(facts, SETTLED, await ledger.now(tx)));
  };
  const restore = () => db.run((tx) => life.restored(tx, order));
  const expectDue = async () => {
    expect((await bench.due(day + 12 * HOUR)).map(({ window }) => window.start)).toContain(second.start);
    expect(await bench.judge(second)).toMatchObject({ state: "queued", restore: [] });
    expect(await db.rows(undefined, "SELECT generation_id FROM restore")).toEqual([]);
  };
  return { judgeSecond, restore, expectDue };
}

it("a window whose points come back for another one between the look and the judgement is looked at at once", async () => {
  const { judgeSecond, restore, expectDue } = await waiting(3);
  await db.run((tx) => judgeSecond(tx, restore));
  await expectDue();
});

it("a window whose judgement is committed after its points came back for another one is looked at at once", async () => {
  const { judgeSecond, restore, expectDue } = await waiting(5);
  let restored: Promise<boolean> | undefined;
  await db.run(async (tx) => {
    await judgeSecond(tx, async () => undefined);
    let ended = false;
    restored = restore().finally(() => {
      ended = true;
    });
    // Until the restore has ended, or waits for this transaction.
    const waits =
      "SELECT count(*)::bigint AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while (!ended && ((await db.rows<{ n: number }>(undefined, waits))[0]?.n ?? 0) === 0)
      await new Promise((resolve) => setTimeout(resolve, 10));
  });
  await restored;
  await expectDue();
});

import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { HOUR, MINUTE, SECOND } from "../../observation/time";
import { Bench } from "../../ports/ledger.bench.contract";
import { datasetFor } from "../../ports/testing";
import { ingestCommandId } from "../../source/messages";
import type { Window } from "../../window/model";
import { PostgresCatalog } from "./catalog";
import { Database } from "./database";
import { PostgresLedger } from "./ledger";
import { type TestDatabase, testDatabase } from "./testing";
import { PostgresViews } from "./views";

const DATASET = "contract";
const RUN = (n: number) => `0190f2c0-0000-7000-8000-00000000000${n}`;

let database: TestDatabase;
let db: Database;
let bench: Bench;
let views: PostgresViews;
let hour = 0;
let w: Window;

beforeAll(async () => {
  database = await testDatabase();
  db = new Database(database.connectionString);
  bench = new Bench({ ledger: new PostgresLedger(db), transactions: db });
  const jobs = { counts: async () => ({ waiting: 0, active: 0, delayed: 0, failed: 0 }) };
  views = new PostgresViews(db, { location: (key) => key }, jobs as never, {});
  await db.run((tx) => new PostgresCatalog(db).ensureDataset(tx, datasetFor(DATASET)));
});
afterAll(async () => {
  await db.close();
  await database.close();
});
beforeEach(() => {
  hour += 1;
  const start = Date.UTC(2024, 0, 1) * 1000 + hour * HOUR;
  w = { dataset: DATASET, start, end: start + HOUR };
});

/** A delivery that claims part of the window and has so many rows in it. */
async function deliver(name: string, from: number, to: number, rows: number) {
  const claim = { start: w.start + from * MINUTE, end: w.start + to * MINUTE };
  const given = { ...claim, collectedAt: claim.end + 2 * SECOND, claims: [[w, claim]] as const };
  const delivery = await bench.receive(`${name} ${hour}`, given);
  await bench.record(delivery.id, { touches: rows > 0 ? [[w, rows]] : [] });
  return delivery.key;
}

/** Builds at once, without the quiet time of a window that has a file: as somebody who asks makes it do. */
async function build(content: string): Promise<void> {
  await bench.reprocess(w, `${hour} ${content}`, true);
  await bench.commit(await bench.mustBegin(w), `${content}${hour}`.padEnd(64, "0"));
  await bench.judge(w);
}

it("deliveries: in the order of what they claim, by pages, and what each is to the window", async () => {
  const second = await deliver("second", 30, 60, 20);
  const first = await deliver("first", 0, 30, 10);
  await bench.judge(w);
  await build("a");
  const wrong = await deliver("wrong", 10, 20, 5);
  const nothing = await deliver("nothing", 40, 50, 0);
  await bench.withdraw(wrong, true);
  const page = await views.windowDeliveries(w, { limit: 3 });
  expect(
    page.items.map(({ key, rows, late, inRevision, withdrawn }) => [key, rows, late, inRevision, withdrawn]),
  ).toEqual([
    [first, 10, false, true, false],
    [wrong, 5, true, false, true],
    [second, 20, false, true, false],
  ]);
  expect(page.items[0]).toMatchObject({
    source: "contract_source",
    claim: { start: w.start, end: w.start + 30 * MINUTE },
    collectedAt: w.start + 30 * MINUTE + 2 * SECOND,
    ingestedAt: expect.any(Number),
  });
  const rest = await views.windowDeliveries(w, { limit: 3, cursor: page.next });
  expect(rest.items.map(({ key }) => key)).toEqual([nothing]);
  expect(rest.next).toBeUndefined();
  expect(await views.windowSummary(DATASET, w.start)).toMatchObject({
    received: { deliveries: 3, rows: 30, stationsAtLeast: 1 },
    deliveriesInAll: 4,
    deliveriesWithdrawn: 1,
    since: { deliveries: 0, rows: 0 },
  });
});

it("times: of the revision, and not of what came since; when it was ready outlives the build", async () => {
  await deliver("first", 0, 30, 10);
  await bench.judge(w);
  const waiting = (await views.windowSummary(DATASET, w.start)).times;
  expect(waiting).toMatchObject({ built: undefined, observed: undefined });
  await deliver("second", 30, 60, 0);
  await bench.judge(w);
  await build("a");
  await deliver("late", 0, 10, 7);
  await bench.judge(w);
  const { times, since } = await views.windowSummary(DATASET, w.start);
  expect(times.collected).toEqual({
    start: w.start + 30 * MINUTE + 2 * SECOND,
    end: w.start + 60 * MINUTE + 2 * SECOND,
  });
  expect(since).toEqual({ deliveries: 1, rows: 7 });
  const order = [times.received?.end, times.ingested?.end, times.ready, times.built];
  // It has become due again for the late delivery; that is after the build.
  expect(order.map((each) => each !== undefined)).toEqual([true, true, true, true]);
  expect(times.ingested?.end).toBeLessThanOrEqual(times.built ?? 0);
  expect(times.ready).toBeGreaterThan(times.built ?? 0);
  await build("b");
  const again = (await views.windowSummary(DATASET, w.start)).times;
  expect(again.ready).toBe(times.ready);
  expect(again.built).toBeGreaterThan(again.ready ?? 0);
  expect(again.collected?.start).toBe(w.start + 10 * MINUTE + 2 * SECOND);
});

it("times: a build on request that finds the same bytes is no step of the chain", async () => {
  await deliver("first", 0, 60, 10);
  await bench.judge(w);
  await bench.commit(await bench.mustBegin(w), `same${hour}`.padEnd(64, "0"));
  await bench.judge(w);
  const { times: before } = await views.windowSummary(DATASET, w.start);
  expect(before).toMatchObject({ builtAgain: undefined, firstBuilt: undefined, published: 1 });
  expect(before.built).toBeGreaterThan(before.ready ?? 0);
  await build("same");
  const { times: after, builtAt } = await views.windowSummary(DATASET, w.start);
  expect(after).toMatchObject({ built: before.built, ingested: before.ingested, published: 2 });
  expect(after.built).toBe(builtAt);
  expect(after.ready).toBeGreaterThan(after.built ?? 0);
  expect(after.builtAgain).toBeGreaterThan(after.ready ?? 0);

  // What it holds is ingested again, and comes to the same: the chain is that of what stands there now.
  const [delivery] = await db.rows<{ id: number }>(
    undefined,
    "SELECT id FROM delivery WHERE id IN (SELECT delivery_id FROM touch WHERE dataset = $1 AND window_start_us = $2::bigint)",
    DATASET,
    w.start,
  );
  await db.execute(
    undefined,
    "UPDATE generation SET ingested_at = clock_timestamp() WHERE delivery_id = $1::bigint",
    delivery?.id,
  );
  await build("same");
  const { times: again } = await views.windowSummary(DATASET, w.start);
  expect(again).toMatchObject({ builtAgain: undefined, firstBuilt: before.built });
  expect(again.built).toBeGreaterThan(again.ingested?.end ?? 0);
});

it("revisions: why each was made, and the difference of any two", async () => {
  const first = await deliver("first", 0, 60, 10);
  await bench.judge(w);
  await build("a");
  const late = await deliver("late", 0, 60, 4);
  await bench.judge(w);
  await build("b");
  await bench.withdraw(late, true);
  await bench.judge(w);
  await build("c");
  await build("d");
  const { items, next } = await views.windowRevisions(w, { limit: 3 });
  expect(items.map(({ revision, why, deliveries, current }) => [revision, why, deliveries, current])).toEqual(
    [
      [4, "a reprocess: the same deliveries gave other bytes", 1, true],
      [3, "1 delivery taken out", 1, false],
      [2, "late data: 1 delivery more", 2, false],
    ],
  );
  const older = await views.windowRevisions(w, { limit: 3, below: Number(next) });
  expect(older.items.map(({ revision, why }) => [revision, why])).toEqual([[1, "the first build"]]);
  const difference = await views.revisionDifference(w, 1, 2);
  expect(difference).toMatchObject({
    before: { revision: 1, deliveries: 1 },
    after: { revision: 2, deliveries: 2 },
    change: { added: 1, removed: 0, ingestedAgain: 0, otherMap: 0, sameDesired: false },
    added: [{ key: late, source: "contract_source", rowsAfter: 4 }],
    removed: [],
  });
  expect((await views.revisionDifference(w, 2, 4)).removed.map(({ key }) => key)).toEqual([late]);
  expect((await views.revisionDifference(w, 1, 4)).change).toMatchObject({
    added: 0,
    removed: 0,
    sameDesired: true,
  });
  await expect(views.revisionDifference(w, 1, 9)).rejects.toThrow("this window has no revision 9");

  const { id } = await bench.receive(`first ${hour}`, {
    start: w.start,
    end: w.end,
    collectedAt: w.end + 2 * SECOND,
  });
  await bench.record(id, { ordinal: await bench.ordinal(first, RUN(9)), touches: [[w, 11]] });
  await bench.judge(w);
  await build("e");
  const [newest] = (await views.windowRevisions(w, { limit: 1 })).items;
  expect(newest?.why).toBe("1 delivery ingested again");
  expect((await views.revisionDifference(w, 4, 5)).ingestedAgain).toMatchObject([
    { key: first, rowsBefore: 10, rowsAfter: 11 },
  ]);
});

it("runs: those that brought its deliveries, and those over its time that have brought none yet", async () => {
  const catalog = new PostgresCatalog(db);
  await db.execute(
    undefined,
    `INSERT INTO source (name, kind, config, enabled, dataset, map_hash, map_version) VALUES ('contract_source', 'k', '{}', true, $1, 'm', 1)`,
    DATASET,
  );
  const beside = { start: w.start - 5 * HOUR, end: w.start - 4 * HOUR };
  await db.run(async (tx) => {
    for (const [n, range] of [w, w, w, beside].entries())
      await catalog.requestRun(tx, {
        id: RUN(n),
        source: "contract_source",
        range,
        trigger: "person",
        lane: "live",
      });
    for (const n of [0, 1, 3]) await catalog.updateRun(RUN(n), { state: "done", rows: 5 }, tx);
  });
  const claims = [[w, w]] as const;
  const delivery = await bench.receive(`run ${hour}`, { start: w.start, end: w.end, claims });
  await bench.record(delivery.id, { commandId: ingestCommandId(RUN(1)), touches: [[w, 5]] });
  const runs = await views.windowRuns(w, 10);
  expect(runs.map(({ id, state }) => [id, state]).toSorted()).toEqual([
    [RUN(1), "done"],
    [RUN(2), "queued"],
  ]);
});

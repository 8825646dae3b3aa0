import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { DAY, HOUR, type Micros, parseInstant } from "../../observation/time";
import { type Depth, StartReprocess } from "../../reprocess/model";
import type { Window } from "../../window/model";
import { Database } from "./database";
import { PostgresReprocessings } from "./reprocessings";
import { type TestDatabase, testDatabase } from "./testing";

const START = parseInstant("2026-03-01T00:00:00Z") ?? 0;
const IDS = ["0190f2c0-0000-5000-8000-000000000001", "0190f2c0-0000-5000-8000-000000000002"] as const;
const RANGES = ["a", "b"].map((dataset) => ({ dataset, start: START, end: START + 2 * DAY }));

let database: TestDatabase;
let db: Database;
let reprocessings: PostgresReprocessings;
beforeAll(async () => {
  database = await testDatabase();
  db = new Database(database.connectionString);
  reprocessings = new PostgresReprocessings(db);
});
afterAll(async () => {
  await db.close();
  await database.close();
});
beforeEach(async () => {
  for (const table of ['"window"', "reprocess", "reprocessing", "reprocessing_window", "projection"])
    await db.execute(undefined, `DELETE FROM ${table}`);
});

/** Built and complete hours of a dataset, sealed ones where that is said. */
const hours = (dataset: string, from: Micros, n: number, sealed = false) =>
  db.execute(
    undefined,
    `INSERT INTO "window" (dataset, start_us, end_us, declared_span, desired_hash, built_hash, output, last_revision, coverage_share, complete, gaps, need, state, stale, reason, sealed_at)
     SELECT $1, $2::bigint + i * ${HOUR}, $2::bigint + (i + 1) * ${HOUR}, 'PT1H', 'h', 'h', 'revision', 1, 1, true, '[]', 'none', 'built', false, 'revision 1', CASE WHEN $4::boolean THEN now() END
     FROM generate_series(0, $3::int - 1) i`,
    dataset,
    from,
    n,
    sealed,
  );

const planOf = (depth: Depth, newestFirst = false) => {
  const request = StartReprocess.parse({
    ranges: RANGES,
    behaviour: "all",
    depth,
    newestFirst,
    requestKey: "k",
  });
  return { request, plan: { ...request, spanned: [], collectable: ["a", "b"] } };
};

async function start(id: string, depth: Depth, newestFirst = false): Promise<void> {
  const { request, plan } = planOf(depth, newestFirst);
  await db.run((tx) => reprocessings.start(tx, id, request, plan));
}

const named = (steps: readonly Window[]) =>
  steps.map(({ dataset, start }) => `${dataset}${(start - START) / HOUR}`).join(" ");

it("windows that are collected again are in the order of days and datasets, so that they share runs", async () => {
  await hours("a", START + 22 * HOUR, 4);
  await hours("b", START + 22 * HOUR, 4);
  await start(IDS[0], "collect");
  expect(named(await reprocessings.steps(IDS[0], "waiting", 10))).toBe("a22 a23 b22 b23 a24 a25 b24 b25");
  await start(IDS[1], "collect", true);
  expect(named(await reprocessings.steps(IDS[1], "waiting", 10))).toBe("a25 a24 b25 b24 a23 a22 b23 b22");
});

it("what is built again is in the order of time", async () => {
  await hours("a", START, 2);
  await hours("b", START, 2);
  await start(IDS[0], "dataset");
  expect(named(await reprocessings.steps(IDS[0], "waiting", 10))).toBe("a0 b0 a1 b1");
});

it("a sealed window is published once more, and never collected again: what came would be too late for ever", async () => {
  await hours("a", START, 1, true);
  await hours("a", START + HOUR, 1);
  expect(await reprocessings.preview(planOf("collect").plan)).toMatchObject({
    willRun: 1,
    leftOut: [{ why: "sealed", windows: 1 }],
  });
  expect(await reprocessings.preview(planOf("dataset").plan)).toMatchObject({
    willRun: 2,
    kept: 1,
    restored: 0,
    leftOut: [],
  });
});

it("products alone need a projection that is enabled", async () => {
  await hours("a", START, 1);
  expect(await reprocessings.preview(planOf("projections").plan)).toMatchObject({
    willRun: 0,
    leftOut: [{ why: "no-projection", windows: 1 }],
  });
  await db.execute(
    undefined,
    "INSERT INTO projection (name, kind, enabled, config) VALUES ('p', 'p', true, '{}')",
  );
  expect(await reprocessings.preview(planOf("projections").plan)).toMatchObject({ willRun: 1, leftOut: [] });
});

it("an open window that was never built is only collected, unless gaps are allowed", async () => {
  const now = Math.floor((Date.now() * 1000) / HOUR) * HOUR;
  const [built, open] = [now - HOUR, now].map((start) => ({ dataset: "a", start, end: start + HOUR }));
  await hours("a", now - HOUR, 1);
  const { plan } = planOf("collect");
  const asked = {
    ...plan,
    ranges: [{ dataset: "a", start: now - HOUR, end: now + HOUR }],
    spanned: [built, open],
  };
  const found = await reprocessings.preview({
    ...asked,
    spanned: asked.spanned.filter((each) => each !== undefined),
  });
  expect(found).toMatchObject({ willRun: 2, unsettled: 0, collectedOnly: 1 });
  const forced = { ...asked, forced: true, spanned: asked.spanned.filter((each) => each !== undefined) };
  expect(await reprocessings.preview(forced)).toMatchObject({ willRun: 2, unsettled: 1, collectedOnly: 0 });
});

it("windows that wait for a run that fails say why, and nobody says how long it takes", async () => {
  await hours("a", START, 4);
  await start(IDS[0], "collect");
  const run = "0190f2c0-0000-5000-8000-0000000000aa";
  const [first, ...others] = await reprocessings.steps(IDS[0], "waiting", 4);
  if (!first) throw new Error("four windows were asked for");
  await db.execute(
    undefined,
    `INSERT INTO run (id, source, start_us, end_us, trigger, lane, state, error) VALUES ($1::uuid, 'sensors', 0, 1, 'person', 'backfill', 'failed', 'the archive answered 500')`,
    run,
  );
  await db.run((tx) => reprocessings.begin(tx, first, "collecting", [run]));
  for (const each of others) await db.run((tx) => reprocessings.end(tx, each, "changed", undefined));
  await runningFor(30);
  const { items } = await reprocessings.windows(IDS[0], { limit: 5 });
  expect(items.map(({ reason }) => reason)).toEqual([
    "sensors: the archive answered 500; its run is tried again by itself",
    undefined,
    undefined,
    undefined,
  ]);
  const held = await reprocessings.get(IDS[0]);
  expect(held.perMinute).toBeGreaterThan(0);
  expect(held.remaining).toBeUndefined();
  await db.execute(undefined, "UPDATE run SET state = 'running', error = NULL");
  expect((await reprocessings.get(IDS[0])).remaining).toBeGreaterThan(0);
  await db.execute(undefined, "DELETE FROM run");
});

/** Makes a reprocess that was begun just now one that began some seconds ago. */
const runningFor = async (seconds: number) => {
  for (const [table, column] of [
    ["reprocessing", "running_since"],
    ["reprocessing_window", "begun_at"],
  ])
    await db.execute(
      undefined,
      `UPDATE ${table} SET ${column} = clock_timestamp() - $1::int * interval '1 second'`,
      seconds,
    );
};

it("the rate is of what ended since it runs: neither a pause nor the time after its end makes it slower", async () => {
  await hours("a", START, 20);
  await start(IDS[0], "dataset");
  const finish = async (windows: number) => {
    for (const step of await reprocessings.steps(IDS[0], "waiting", windows)) {
      await db.run((tx) => reprocessings.begin(tx, step, "building", []));
      await db.run((tx) => reprocessings.end(tx, { ...step, state: "building" }, "changed", undefined));
    }
  };
  const turn = (state: "running" | "paused" | "cancelled") =>
    db.run((tx) => reprocessings.setState(tx, IDS[0], state));
  const rate = async () => (await reprocessings.get(IDS[0])).perMinute;
  await finish(2);
  await runningFor(10);
  expect(await rate()).toBeUndefined();
  await finish(3);
  expect(await rate()).toBeCloseTo(30, -1);

  await turn("paused");
  await runningFor(3_000);
  expect(await rate()).toBeUndefined();
  await turn("running");
  // What ended before the pause says nothing of now.
  await finish(2);
  expect(await rate()).toBeUndefined();
  await finish(2);
  await db.execute(
    undefined,
    "UPDATE reprocessing SET running_since = clock_timestamp() - interval '8 seconds'",
  );
  await db.execute(
    undefined,
    "UPDATE reprocessing_window SET ended_at = ended_at - interval '1 minute' WHERE position <= 5 AND state = 'ended'",
  );
  expect(await rate()).toBeCloseTo(30, -1);
  // What is begun while it runs, or asked to run again, is no new beginning.
  await turn("running");
  expect(await rate()).toBeCloseTo(30, -1);

  await db.run((tx) => reprocessings.cancelWaiting(tx, IDS[0]));
  await turn("cancelled");
  await db.run((tx) => reprocessings.retry(tx, IDS[0], ["cancelled"]));
  await turn("running");
  expect((await reprocessings.get(IDS[0])).remaining).toBeUndefined();
});

it("a window under way whose request or row is gone is found, and one that is asked for is not", async () => {
  await hours("a", START, 3);
  await start(IDS[0], "dataset");
  const [asked, unasked, gone] = await reprocessings.steps(IDS[0], "waiting", 3);
  if (!asked || !unasked || !gone) throw new Error("three windows were asked for");
  for (const step of [asked, unasked, gone])
    await db.run((tx) => reprocessings.begin(tx, step, "building", []));
  await db.execute(
    undefined,
    `INSERT INTO reprocess (request_key, dataset, start_us, end_us, forced)
     SELECT reprocessing::text, dataset, start_us, end_us, false FROM reprocessing_window WHERE start_us <> $1::bigint`,
    unasked.start,
  );
  await db.execute(undefined, `UPDATE "window" SET need = 'due'`);
  await db.execute(undefined, `DELETE FROM "window" WHERE start_us = $1::bigint`, gone.start);
  expect(named(await reprocessings.stranded(IDS[0]))).toBe(named([unasked, gone]));
});

it("ends when nothing is open, not while something is tried again; what was counted then is kept", async () => {
  await hours("a", START, 2);
  await start(IDS[0], "dataset");
  const state = async () => (await reprocessings.get(IDS[0])).state;
  await db.run((tx) => reprocessings.finish(tx, IDS[0]));
  expect(await state()).toBe("running");
  for (const step of await reprocessings.steps(IDS[0], "waiting", 2))
    await db.run((tx) => reprocessings.end(tx, step, "failed", "of its own"));

  // Somebody tries again while the end is looked for: the end waits for that, and sees it.
  let finished: Promise<void> | undefined;
  await db.run(async (tx) => {
    await reprocessings.lock(tx, IDS[0]);
    finished = db.run((other) => reprocessings.finish(other, IDS[0]));
    await reprocessings.retry(tx, IDS[0], ["failed"]);
    await reprocessings.setState(tx, IDS[0], "running");
  });
  await finished;
  expect(await state()).toBe("running");

  for (const step of await reprocessings.steps(IDS[0], "waiting", 2))
    await db.run((tx) => reprocessings.end(tx, step, "changed", undefined));
  await db.run((tx) => reprocessings.finish(tx, IDS[0]));
  const ended = await reprocessings.get(IDS[0]);
  expect(ended).toMatchObject({ state: "done", counts: { asked: 2, finished: 2, outcomes: { changed: 2 } } });
  await db.execute(undefined, "DELETE FROM reprocessing_window");
  expect(await reprocessings.get(IDS[0])).toEqual(ended);
});

it("the dry run says which windows other reprocesses have still to do, and what comes of that", async () => {
  await hours("a", START, 3);
  const { request, plan } = planOf("dataset");
  expect((await reprocessings.preview(plan)).alreadyAsked).toEqual([]);
  const first = [{ dataset: "a", start: START, end: START + 2 * HOUR }];
  await db.run((tx) => reprocessings.start(tx, IDS[0], request, { ...plan, ranges: first }));
  const [step] = await reprocessings.steps(IDS[0], "waiting", 1);
  if (!step) throw new Error("nothing waits");
  const { number } = await reprocessings.get(IDS[0]);
  const asked = async () => (await reprocessings.preview(plan)).alreadyAsked;
  expect(await asked()).toEqual([
    {
      number,
      state: "running",
      windows: 2,
      what: expect.stringContaining("once for both"),
      examples: [1, 0].map((i) => ({ dataset: "a", start: START + i * HOUR, end: START + (i + 1) * HOUR })),
    },
  ]);
  // What has ended there is asked for by nobody else any more.
  await db.run((tx) => reprocessings.end(tx, step, "unchanged", undefined));
  expect(await asked()).toMatchObject([{ number, windows: 1 }]);
  await db.run((tx) => reprocessings.setState(tx, IDS[0], "paused"));
  expect(await asked()).toMatchObject([{ state: "paused", what: expect.stringContaining("resumed") }]);
  await db.run((tx) => reprocessings.cancelWaiting(tx, IDS[0]));
  await db.run((tx) => reprocessings.finish(tx, IDS[0]));
  expect(await asked()).toEqual([]);
});

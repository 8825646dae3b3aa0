import { afterAll, beforeAll, expect, it } from "vitest";
import { PostgresCatalog } from "../adapters/postgres/catalog";
import { Database } from "../adapters/postgres/database";
import { PostgresInbox } from "../adapters/postgres/inbox";
import { PostgresLetters } from "../adapters/postgres/letters";
import { PostgresOutbox } from "../adapters/postgres/outbox";
import { PostgresRunStops } from "../adapters/postgres/run-stops";
import { RunViews } from "../adapters/postgres/run-views";
import { type TestDatabase, testDatabase } from "../adapters/postgres/testing";
import { Invalid } from "../errors";
import { installOnce } from "../installation/install";
import { planInstallation } from "../installation/plan";
import { installationPorts } from "../installation/testing";
import { DAY, HOUR, parseInstant } from "../observation/time";
import { projectionPlugins } from "../projection/index";
import { ioncannon } from "./ioncannon";
import { startQueue } from "./messages";
import { cancelRun, runAgain, tryRunNow } from "./run-verbs";
import { requestRun, runSource } from "./verbs";

const NOW = parseInstant("2026-11-24T12:17:30Z") ?? Number.NaN;
const NAME = "ioncannon";
const QUEUE = startQueue(NAME);

let database: TestDatabase;
let db: Database;
let catalog: PostgresCatalog;
let ports: Parameters<typeof runAgain>[1] & { readonly runStops: PostgresRunStops };

beforeAll(async () => {
  database = await testDatabase();
  db = new Database(database.connectionString, { connections: 4 });
  catalog = new PostgresCatalog(db);
  const stored = { catalog, outbox: new PostgresOutbox(db), transactions: db };
  const plan = planInstallation(undefined, [ioncannon], projectionPlugins);
  await installOnce(plan, [], NOW, installationPorts(db, [ioncannon]));
  const runStops = new PostgresRunStops(db);
  ports = { ...stored, runStops, clock: { now: () => NOW }, sourcePlugins: [ioncannon] };
});
afterAll(async () => {
  await db.close();
  await database.close();
});

const ask = async (requestKey: string) =>
  (await runSource({ name: NAME, start: NOW - HOUR, end: NOW, requestKey }, ports)).runId;
const state = async (id: string) => (await catalog.run(id))?.state;

it("a run that is done stays so, whatever one writes whose lease ran out", async () => {
  const id = await ask("done");
  expect(await catalog.updateRun(id, { state: "running" })).toBe(true);
  expect(await catalog.updateRun(id, { state: "done", rows: 7 })).toBe(true);
  for (const late of ["failed", "refused", "running"] as const)
    expect(await catalog.updateRun(id, { state: late, error: "too late" })).toBe(true);
  await catalog.updateRun(id, { progress: "half" });
  expect(await catalog.run(id)).toMatchObject({
    state: "done",
    rows: 7,
    error: undefined,
    progress: undefined,
  });
});

it("what two ask for at once is one run, and a new one once that is over", async () => {
  const gap = { name: NAME, start: NOW - 2 * HOUR, end: NOW - HOUR, requestKey: "gap", onceWhileOpen: true };
  const asked = async () => (await runSource(gap, ports)).runId;
  const [first, second] = await Promise.all([asked(), asked()]);
  expect(second).toBe(first);
  await catalog.updateRun(first, { state: "failed", error: "of its own" });
  expect(await asked()).toBe(first);
  await catalog.updateRun(first, { state: "running" });
  await catalog.updateRun(first, { state: "done" });
  const next = await asked();
  expect(next).not.toBe(first);
  expect(await asked()).toBe(next);
  await cancelRun({ id: next }, ports);
  expect([first, next]).not.toContain(await asked());
});

it("a run that is being cancelled and whose message is buried is cancelled, and no letter brings it back", async () => {
  const inbox = new PostgresInbox(db);
  const id = await ask("buried");
  await inbox.accept({ queue: QUEUE, id, lane: "live", body: { id } });
  const entry = await inbox.begin(QUEUE, id, 60_000);
  if (!entry) throw new Error("not begun");
  expect(await cancelRun({ id }, ports)).toEqual({ state: "cancelling" });
  await inbox.bury(entry, "it ended the worker three times", "given-up");
  expect(await state(id)).toBe("cancelled");
  expect(await inbox.deadLetters(5, 0)).toEqual([]);
  const all = { filter: {}, until: await db.now() };
  expect(await db.run((tx) => new PostgresLetters(db).replay(tx, all))).toEqual([]);
  expect(await state(id)).toBe("cancelled");
});

it("a scheduled run of more than a month is run again", async () => {
  const long = { start: NOW - 60 * DAY, end: NOW - DAY };
  const id = "0190f2c0-0000-5000-8000-000000000009";
  const run = { id, source: NAME, range: long, trigger: "schedule", lane: "backfill" } as const;
  await db.run((tx) => requestRun(tx, run, ports));
  await catalog.updateRun(id, { state: "refused" });
  const { runId } = await runAgain({ id, requestKey: "again" }, ports);
  expect(await catalog.run(runId)).toMatchObject({ range: long, trigger: "person", state: "queued" });
  await expect(runSource({ name: NAME, ...long, requestKey: "by hand" }, ports)).rejects.toThrow(Invalid);
});

it("a run that waits for its next try is tried now, asked for once however often", async () => {
  const inbox = new PostgresInbox(db);
  const id = await ask("try");
  await inbox.accept({ queue: QUEUE, id, lane: "live", body: { id } });
  const entry = await inbox.begin(QUEUE, id, 60_000);
  if (!entry) throw new Error("not begun");
  await catalog.updateRun(id, { state: "failed", error: "away" });
  await inbox.release(entry, "away", (await db.now()) + HOUR);
  const views = new RunViews(db);
  expect((await views.detail(id)).retryAt).toBeDefined();
  expect(await inbox.begin(QUEUE, id, 60_000)).toBeUndefined();
  for (let click = 0; click < 2; click++) expect(await tryRunNow({ id }, ports)).toEqual({ state: "failed" });
  expect((await views.detail(id)).retryAt).toBeUndefined();
  const tried = await db.rows(undefined, "SELECT 1 FROM audit WHERE what = 'source try'");
  expect(tried).toHaveLength(1);
  expect(await inbox.begin(QUEUE, id, 60_000)).toBeDefined();
  await cancelRun({ id }, ports);
  await expect(tryRunNow({ id }, ports)).rejects.toThrow(/not tried any more/);
});

it("a run's page says who asked for it", async () => {
  const views = new RunViews(db);
  expect((await views.detail(await ask("who"))).who).toBe("local");
});

import { afterEach, beforeEach, expect, it } from "vitest";
import { parseSettings } from "../../config/settings";
import { scheduleRound } from "../../workers/scheduler";
import { alertFacts } from "../adapters/postgres/alert-facts";
import { PostgresCatalog } from "../adapters/postgres/catalog";
import { Database } from "../adapters/postgres/database";
import { PostgresInbox } from "../adapters/postgres/inbox";
import { PostgresRunStops } from "../adapters/postgres/run-stops";
import { type TestDatabase, testDatabase } from "../adapters/postgres/testing";
import { STANDARD_SETTINGS } from "../alert/model";
import { NotFound } from "../errors";
import { addSource } from "../installation/add-source";
import { differences } from "../installation/differences";
import { applyInstallation, installOnce } from "../installation/install";
import { planInstallation } from "../installation/plan";
import { installationPorts } from "../installation/testing";
import { DAY, HOUR, parseInstant } from "../observation/time";
import { projectionPlugins } from "../projection/index";
import { ioncannon } from "./ioncannon";
import { startQueue } from "./messages";
import { removeSource, sourceRemoval } from "./remove";
import { runSource } from "./verbs";

const NOW = parseInstant("2026-11-24T12:17:30Z") ?? Number.NaN;
const NAME = "ioncannon";
const SEED = "sources:\n  ioncannon:\n    num_stations: 6\n";
const plan = (yaml?: string) =>
  planInstallation(
    yaml === undefined ? undefined : parseSettings(yaml, "a.yaml"),
    [ioncannon],
    projectionPlugins,
  );

let database: TestDatabase;
let db: Database;
let catalog: PostgresCatalog;

beforeEach(async () => {
  database = await testDatabase();
  db = new Database(database.connectionString, { connections: 4 });
  catalog = new PostgresCatalog(db);
  await installOnce(plan(SEED), [], NOW, ports());
});
afterEach(async () => {
  await db.close();
  await database.close();
});

const ports = (now = NOW) => ({
  ...installationPorts(db, [ioncannon]),
  runStops: new PostgresRunStops(db),
  clock: { now: () => now },
});
const ask = async (requestKey: string) =>
  (await runSource({ name: NAME, start: NOW - HOUR, end: NOW, requestKey }, ports())).runId;
const audits = () =>
  db.rows<{ before: object; after: object }>(
    undefined,
    "SELECT before, after FROM audit WHERE what = 'source remove'",
  );

it("ends schedules, cancels what waits and what runs, erases secrets, and says so in the audit", async () => {
  const source = await catalog.source(NAME);
  const config = { num_stations: 6, upstream: { token: { sealed: "AAAA" } } };
  await db.run((tx) => catalog.saveSource(tx, { ...source, config }));
  const [queued, running, failed, done] = await Promise.all(["q", "r", "f", "d"].map(ask));
  const inbox = new PostgresInbox(db);
  await inbox.accept({ queue: startQueue(NAME), id: running, lane: "live", body: {} } as never);
  expect(await inbox.begin(startQueue(NAME), running ?? "", 60_000)).toBeDefined();
  await catalog.updateRun(running ?? "", { state: "running" });
  await catalog.updateRun(failed ?? "", { state: "failed", error: "away" });
  await catalog.updateRun(done ?? "", { state: "done", rows: 3 });

  const figures = {
    name: NAME,
    dataset: NAME,
    schedules: 1,
    queued: 1,
    running: 1,
    retrying: 1,
    secrets: ["upstream.token"],
  };
  expect(await sourceRemoval(NAME, ports())).toEqual(figures);
  expect(await removeSource({ name: NAME }, ports())).toEqual(figures);

  const state = async (id = "") => (await catalog.run(id))?.state;
  // Two are on their way to their inbox, one is worked on: the worker's round ends them. None of them can bring anything.
  for (const id of [queued, running, failed]) expect(await state(id)).toMatch(/^cancel/);
  expect(await state(done)).toBe("done");
  expect(await catalog.sources()).toEqual([]);
  const [kept] = await catalog.everySource();
  expect(kept).toMatchObject({
    enabled: false,
    config: { num_stations: 6, upstream: {} },
    removedAt: NOW - (NOW % 1000),
  });
  expect((await catalog.schedules(NAME)).map((each) => each.enabled)).toEqual([false]);
  expect((await catalog.datasets()).map(({ metadata }) => metadata.name)).toEqual([NAME]);
  const [entry] = await audits();
  expect(entry).toMatchObject({
    before: { kind: NAME, settings: { num_stations: 6 }, secrets: ["upstream.token: set"] },
    after: { removed: true, cancelledRuns: 3, secrets: ["upstream.token: erased"] },
  });
  expect(JSON.stringify(entry)).not.toContain("AAAA");

  await expect(ask("later")).rejects.toThrow(/was removed/);
  await expect(removeSource({ name: NAME }, ports())).rejects.toThrow(NotFound);
  expect(await audits()).toHaveLength(1);
});

it("nobody is asked for it by a clock, and no alert watches it", async () => {
  await removeSource({ name: NAME }, ports());
  const before = (await catalog.runs({ limit: 100 })).length;
  await scheduleRound(NOW + DAY, ports());
  expect(await catalog.runs({ limit: 100 })).toHaveLength(before);
  const facts = await alertFacts(db, STANDARD_SETTINGS);
  expect(facts.sources).toEqual([]);
  expect(facts.removedSources).toEqual([NAME]);
});

it("a run that was asked for at the moment of the removal is cancelled or refused, never left waiting", async () => {
  const asked = Array.from({ length: 8 }, (_, i) => ask(`race ${i}`).catch((error: unknown) => error));
  const [, ...came] = await Promise.all([removeSource({ name: NAME }, ports()), ...asked]);
  for (const each of came) if (typeof each !== "string") expect(each).toBeInstanceOf(NotFound);
  const states = (await catalog.runs({ limit: 20 })).map(({ state }) => state);
  expect(states.filter((state) => !state.startsWith("cancel"))).toEqual([]);
});

it("the settings do not bring it back at a start, say so, and bring it back when they are applied", async () => {
  await removeSource({ name: NAME }, ports());
  // Not as an empty catalogue, and not as one that lacks something.
  for (const yaml of [SEED, undefined]) expect(await installOnce(plan(yaml), [], NOW, ports())).toBe(false);
  expect(await catalog.sources()).toEqual([]);
  const said = async (yaml?: string) => (await differences(plan(yaml), ports())).map(({ is }) => is);
  expect(await said(SEED)).toEqual([expect.stringContaining("was removed, and the settings name it")]);
  // Settings that do not speak of it have nothing against that.
  expect(await said()).toEqual([]);
  await applyInstallation(plan(SEED), NOW + HOUR, ports());
  expect(await said(SEED)).toEqual([]);
  expect(await catalog.source(NAME)).toMatchObject({ enabled: false, config: { num_stations: 6 } });
});

it("added again it begins anew, off, with the dataset and the map that it had", async () => {
  const { map, ...source } = await catalog.source(NAME);
  const [, ...fewer] = map.canonical_variables;
  const edited = { ...map, canonical_variables: fewer };
  const stood = { map: edited, mapHash: "f".repeat(64), mapVersion: 2, dataset: NAME };
  await db.run((tx) => catalog.saveSource(tx, { ...source, ...stood }));
  const [mark] = await catalog.schedules(NAME);
  await removeSource({ name: NAME }, ports());
  const later = NOW + 3 * DAY;
  await expect(addSource({ name: "other", kind: NAME, dataset: NAME }, ports(later))).rejects.toThrow(
    /already/,
  );
  expect(await addSource({ name: NAME, kind: NAME }, ports(later))).toEqual({ name: NAME, dataset: NAME });
  const back = await catalog.source(NAME);
  expect(back).toMatchObject({ ...stood, enabled: false, config: {} });
  expect(back.removedAt).toBeUndefined();
  const [schedule] = await catalog.schedules(NAME);
  expect(schedule).toMatchObject({ id: mark?.id, enabled: true });
  expect(schedule?.removedAt).toBeUndefined();
  expect(schedule?.firedThrough).toBeGreaterThan(later - HOUR);
  await expect(addSource({ name: NAME, kind: NAME }, ports(later))).rejects.toThrow(/already/);
  expect(await ask("after")).toMatch(/-/);
});

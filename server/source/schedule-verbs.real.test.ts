import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseSettings } from "../../config/settings";
import { PostgresCatalog } from "../adapters/postgres/catalog";
import { Database } from "../adapters/postgres/database";
import { PostgresLedger } from "../adapters/postgres/ledger";
import { type TestDatabase, testDatabase } from "../adapters/postgres/testing";
import { STANDARD_SETTINGS } from "../alert/model";
import { Conflict, Invalid, NotFound } from "../errors";
import { differences } from "../installation/differences";
import { exportSettings } from "../installation/export";
import { applyInstallation, installOnce } from "../installation/install";
import { planInstallation } from "../installation/plan";
import { installationPorts } from "../installation/testing";
import { HOUR, MINUTE, parseInstant } from "../observation/time";
import { projectionPlugins } from "../projection/index";
import { due } from "./due";
import { ioncannon } from "./ioncannon";
import { scheduleVerbs } from "./schedule-verbs";

const NOW = parseInstant("2026-11-24T12:17:30Z") ?? Number.NaN;
const NAME = "ioncannon";
const YAML = `sources:
  scheduler:
    windows:
      - { source_name: ioncannon, window_size: PT10M, trigger_interval: PT10M }
`;
const plan = (yaml: string) =>
  planInstallation(parseSettings(yaml, "a.yaml"), [ioncannon], projectionPlugins);

describe("schedules in the catalogue", () => {
  let database: TestDatabase;
  let db: Database;
  let catalog: PostgresCatalog;
  let verbs: ReturnType<typeof scheduleVerbs>;

  beforeEach(async () => {
    database = await testDatabase();
    db = new Database(database.connectionString, { connections: 4 });
    catalog = new PostgresCatalog(db);
    await start();
    const ledger = new PostgresLedger(db);
    verbs = scheduleVerbs({ catalog, ledger, transactions: db, clock: { now: () => NOW } });
  });
  afterEach(async () => {
    await db.close();
    await database.close();
  });

  const ports = () => installationPorts(db, [ioncannon]);
  const start = () => installOnce(plan(YAML), [ioncannon], NOW, ports());
  const listed = async () => (await catalog.schedules(NAME)).filter(({ removedAt }) => !removedAt);
  const only = async () => {
    const [schedule, ...more] = await listed();
    if (!schedule || more.length > 0) throw new Error("not one schedule");
    return schedule;
  };
  const differ = async (yaml: string) => (await differences(plan(yaml), ports())).map(({ is }) => is);
  const exported = async () =>
    exportSettings(
      {
        sources: await catalog.sources(),
        schedules: await catalog.schedules(),
        projections: await catalog.projections(),
        datasets: await catalog.datasets(),
        alerts: STANDARD_SETTINGS,
        webhook: undefined,
      },
      [ioncannon],
      projectionPlugins,
    ).yaml;
  const audited = () =>
    db.rows<{ what: string; before: unknown; after: unknown }>(
      undefined,
      "SELECT what, before, after FROM audit WHERE what LIKE 'source schedule %' ORDER BY id",
    );

  it("are added, changed, turned off and removed, each written down with before and after", async () => {
    const { id } = await verbs.addSchedule({ source: NAME, windowSize: HOUR, interval: HOUR, lag: MINUTE });
    const changed = await verbs.changeSchedule({
      source: NAME,
      id,
      windowSize: HOUR,
      interval: HOUR,
      lag: 2 * MINUTE,
    });
    await verbs.setScheduleEnabled({ source: NAME, id: changed.id, enabled: false });
    await verbs.removeSchedule({ source: NAME, id: changed.id });
    expect(await audited()).toMatchObject([
      { what: "source schedule add", after: { windowSize: "PT1H", interval: "PT1H", lag: "PT1M" } },
      { what: "source schedule change", before: { lag: "PT1M" }, after: { lag: "PT2M" } },
      { what: "source schedule disable", before: { enabled: true }, after: { enabled: false } },
      { what: "source schedule remove", before: { lag: "PT2M" } },
    ]);
    expect(await listed()).toHaveLength(1);
  });

  it("of two browsers that change the same one the second is refused, and so is one more of the same", async () => {
    const { id } = await only();
    const rule = { windowSize: 30 * MINUTE, interval: 30 * MINUTE, lag: 0 };
    await verbs.changeSchedule({ source: NAME, id, ...rule });
    const late = verbs.changeSchedule({ source: NAME, id, ...rule, lag: MINUTE });
    await expect(late).rejects.toThrow(Conflict);
    await expect(verbs.setScheduleEnabled({ source: NAME, id, enabled: false })).rejects.toThrow(Conflict);
    await expect(verbs.addSchedule({ source: NAME, ...rule })).rejects.toThrow(/already/);
    expect(await only()).toMatchObject(rule);
  });

  it("that could never be worked are refused, and those of no source", async () => {
    const rule = { windowSize: 0, interval: HOUR, lag: -1 };
    await expect(verbs.addSchedule({ source: NAME, ...rule })).rejects.toThrow(Invalid);
    await expect(verbs.addSchedule({ source: "none", ...rule })).rejects.toThrow(NotFound);
  });

  it("that are changed go on where they were while their interval is the same, else with the next boundary", async () => {
    const { id, firedThrough } = await only();
    await db.run((tx) => catalog.markFired(tx, id, firedThrough, firedThrough - 20 * MINUTE));
    const lag = { windowSize: 10 * MINUTE, interval: 10 * MINUTE, lag: MINUTE };
    const { id: same } = await verbs.changeSchedule({ source: NAME, id, ...lag });
    expect(due(await only(), NOW, 10).boundaries).toHaveLength(2);
    await verbs.changeSchedule({ source: NAME, id: same, ...lag, interval: HOUR });
    expect(due(await only(), NOW, 10).boundaries).toEqual([]);
  });

  it("fire nothing by what a scheduler read before they were changed, turned off, or their source was", async () => {
    const { id, firedThrough, windowSize, interval } = await only();
    const mark = (of: string, n: number) =>
      db.run((tx) => catalog.markFired(tx, of, firedThrough, firedThrough + n * interval));
    const times = { windowSize, interval, lag: MINUTE };
    const { id: next } = await verbs.changeSchedule({ source: NAME, id, ...times });
    expect(await mark(id, 1)).toBe(false);
    await verbs.setScheduleEnabled({ source: NAME, id: next, enabled: false });
    expect(await mark(next, 1)).toBe(false);
    await verbs.setScheduleEnabled({ source: NAME, id: next, enabled: true });
    const source = await catalog.source(NAME);
    await db.run((tx) => catalog.saveSource(tx, { ...source, enabled: false }));
    expect(await mark(next, 1)).toBe(false);
    await db.run((tx) => catalog.saveSource(tx, source));
    expect(await mark(next, 1)).toBe(true);
  });

  it("that are changed while they fire go on behind that", async () => {
    const { id, firedThrough, windowSize, interval } = await only();
    let changed: Promise<unknown> | undefined;
    await db.run(async (tx) => {
      await catalog.markFired(tx, id, firedThrough, firedThrough + interval);
      changed = verbs.changeSchedule({ source: NAME, id, windowSize, interval, lag: MINUTE });
      // It has come as far as the schedule that fires: else it would have ended.
      const waiting = () =>
        db.rows(undefined, "SELECT 1 AS one FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'");
      const end = performance.now() + 20_000;
      while ((await waiting()).length === 0 && performance.now() < end)
        await new Promise((resolve) => setTimeout(resolve, 20));
    });
    await changed;
    expect(await only()).toMatchObject({ lag: MINUTE, firedThrough: firedThrough + interval });
  });

  it("write one range that is skipped down once", async () => {
    const { id } = await only();
    const range = { start: NOW - HOUR, end: NOW };
    for (const reason of ["first", "second"])
      await db.run((tx) => catalog.recordSkipped(tx, id, range, reason));
    expect(await db.rows(undefined, "SELECT reason FROM schedule_skip")).toEqual([{ reason: "first" }]);
  });

  it("that are removed and added again fire no boundary twice", async () => {
    const { id, firedThrough, windowSize, interval, lag } = await only();
    await db.run((tx) => catalog.markFired(tx, id, firedThrough, firedThrough + interval));
    await verbs.removeSchedule({ source: NAME, id });
    expect(await verbs.addSchedule({ source: NAME, windowSize, interval, lag })).toEqual({ id });
    expect(await only()).toMatchObject({ enabled: true, firedThrough: firedThrough + interval });
  });

  it("stay removed at the next start, are told as a difference to the file, and come back when it is applied", async () => {
    const { id } = await only();
    await verbs.removeSchedule({ source: NAME, id });
    await start();
    expect(await listed()).toEqual([]);
    expect(await differ(YAML)).toContain(`a schedule of source ${NAME} is not in the catalogue`);
    await applyInstallation(plan(YAML), NOW, ports());
    expect(await only()).toMatchObject({ id, enabled: true });
    expect(await differ(YAML)).toEqual([]);
  });

  it("as they are exported differ in nothing, one that is off among them", async () => {
    const { id } = await verbs.addSchedule({ source: NAME, windowSize: HOUR, interval: HOUR, lag: 0 });
    await verbs.setScheduleEnabled({ source: NAME, id, enabled: false });
    const yaml = await exported();
    expect(yaml).toContain("enabled: false");
    expect(await differ(yaml)).toEqual([]);
    expect(
      plan(yaml)
        .schedules.map(({ enabled }) => enabled)
        .sort(),
    ).toEqual([false, true]);
  });

  it("are shown before they are saved: what they would ask for, and what that means", async () => {
    const { id } = await only();
    const rule = { windowSize: 30 * MINUTE, interval: HOUR, lag: 0 };
    const { firings, effect } = await verbs.previewSchedule({ source: NAME, replaces: id, ...rule });
    expect(firings).toHaveLength(5);
    expect(firings[0]).toMatchObject({ at: parseInstant("2026-11-24T13:00:00Z") });
    expect(effect.join(" ")).toMatch(
      /30 min are not asked for.*2026-11-24 12:10 to 2026-11-24 12:30 UTC is asked for by neither/,
    );
    const { id: changed } = await verbs.changeSchedule({ source: NAME, id, ...rule });
    expect(changed).not.toBe(id);
    expect(await only()).toMatchObject({ firedThrough: parseInstant("2026-11-24T12:00:00Z") });
  });
});

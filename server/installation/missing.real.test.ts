import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseSettings } from "../../config/settings";
import { scheduleRound } from "../../workers/scheduler";
import { PostgresCatalog } from "../adapters/postgres/catalog";
import { Database } from "../adapters/postgres/database";
import { type TestDatabase, testDatabase } from "../adapters/postgres/testing";
import { Transient } from "../errors";
import { DAY, HOUR, MINUTE, parseInstant } from "../observation/time";
import { projectionPlugins } from "../projection/index";
import { sourcePlugins } from "../source/index";
import type { SourcePlugin } from "../source/plugin";
import { sensorCommunity } from "../source/sensor-community";
import { applyInstallation, installOnce } from "./install";
import { planInstallation } from "./plan";
import { installationPorts } from "./testing";

const FIRST = parseInstant("2026-11-01T12:17:30Z") ?? Number.NaN;
const LATER = FIRST + 20 * DAY;
const NAME = "air_net";

/** A kind of source that a newer version brings. */
const airNet = {
  ...sensorCommunity,
  kind: "air-net",
  defaultInstance: NAME,
  dataset: () => {
    const defaults = sensorCommunity.dataset(sensorCommunity.config.parse({}));
    return { ...defaults, metadata: { ...defaults.metadata, name: "air.net" } };
  },
  schedules: [{ windowSize: HOUR, interval: HOUR, lag: 10 * MINUTE }],
} as unknown as SourcePlugin;
const newer = [...sourcePlugins, airNet];

const plan = (plugins: readonly SourcePlugin[], yaml?: string, projections = projectionPlugins) =>
  planInstallation(yaml === undefined ? undefined : parseSettings(yaml, "a.yaml"), plugins, projections);

const LISTED = `sources:
  scheduler:
    windows:
      - { source_name: ioncannon, window_size: PT5M, trigger_interval: PT5M }
      - { source_name: ${NAME}, window_size: PT1H, trigger_interval: PT1H }
`;

describe("what a filled catalogue has not", () => {
  let database: TestDatabase;
  let db: Database;
  let catalog: PostgresCatalog;

  beforeEach(async () => {
    database = await testDatabase();
    db = new Database(database.connectionString, { connections: 6 });
    catalog = new PostgresCatalog(db);
  });
  afterEach(async () => {
    await db.close();
    await database.close();
  });

  const ports = () => installationPorts(db, newer);
  const start = (plugins: readonly SourcePlugin[], now: number, yaml?: string) =>
    installOnce(plan(plugins, yaml), plugins, now, ports());
  const audits = () =>
    db.rows<{ what: string; subject: string; after: unknown }>(
      undefined,
      "SELECT what, subject, after FROM audit ORDER BY id",
    );
  const commands = async () =>
    (await db.rows<{ n: number }>(undefined, "SELECT count(*) AS n FROM outbox"))[0]?.n;

  it("a new kind is there at the next start: off, with dataset and schedule, owing nothing, written down", async () => {
    await start(sourcePlugins, FIRST);
    const before = { sources: await catalog.sources(), schedules: await catalog.schedules() };
    const asked = await commands();
    expect(await start(newer, LATER)).toBe(false);
    expect(await catalog.source(NAME)).toMatchObject({ kind: "air-net", enabled: false, dataset: "air.net" });
    expect(await catalog.dataset("air.net")).toMatchObject({ identity: ["sensor_id"] });
    expect(await catalog.schedules(NAME)).toMatchObject([
      { interval: HOUR, lag: 10 * MINUTE, enabled: true, firedThrough: LATER - 17.5 * MINUTE },
    ]);
    const after = { kind: "air-net", dataset: "air.net", enabled: false };
    expect(await audits()).toEqual([{ what: "source add", subject: NAME, after }]);
    expect(await commands()).toBe(asked);
    // What was there stands as it was.
    const others = (await catalog.sources()).filter(({ name }) => name !== NAME);
    expect(others).toEqual(before.sources);
    expect(await catalog.schedules()).toEqual(expect.arrayContaining([...before.schedules]));
  });

  it("is added once, by many starts and by several at once, and people's changes of it stay", async () => {
    await start(sourcePlugins, FIRST);
    await Promise.all([start(newer, LATER), start(newer, LATER), start(newer, LATER)]);
    const added = await catalog.source(NAME);
    await db.run((tx) => catalog.saveSource(tx, { ...added, enabled: true, config: { concurrency: 3 } }));
    const schedules = await catalog.schedules();
    await start(newer, LATER + DAY);
    expect(await catalog.source(NAME)).toMatchObject({ enabled: true, config: { concurrency: 3 } });
    expect(await catalog.schedules()).toEqual(schedules);
    expect(await audits()).toHaveLength(1);
  });

  it("is added whole or not at all", async () => {
    await start(sourcePlugins, FIRST);
    await db.execute(undefined, "ALTER TABLE audit ADD CONSTRAINT refused CHECK (what <> 'source add')");
    await expect(start(newer, LATER)).rejects.toThrow();
    expect((await catalog.sources()).map(({ name }) => name)).not.toContain(NAME);
    expect((await catalog.datasets()).map(({ metadata }) => metadata.name)).not.toContain("air.net");
    expect(await catalog.schedules(NAME)).toEqual([]);
    await db.execute(undefined, "ALTER TABLE audit DROP CONSTRAINT refused");
    await start(newer, LATER);
    expect(await catalog.schedules(NAME)).toHaveLength(1);
  });

  it("is on where the settings schedule it, and fires from then on", async () => {
    await start(sourcePlugins, FIRST);
    await start(newer, LATER, LISTED);
    expect(await catalog.source(NAME)).toMatchObject({ enabled: true });
    await scheduleRound(LATER, ports());
    await scheduleRound(LATER + HOUR, ports());
    const runs = (await catalog.runs({ source: NAME, limit: 9 })).map(({ range }) => range.end);
    expect(runs).toEqual([LATER + 42.5 * MINUTE]);
  });

  it("is off where the settings only configure it", async () => {
    await start(sourcePlugins, FIRST);
    await start(newer, LATER, `sources:\n  ${NAME}:\n    concurrency: 2\n`);
    expect(await catalog.source(NAME)).toMatchObject({ enabled: false, config: { concurrency: 2 } });
    expect(await catalog.schedules(NAME)).toHaveLength(1);
  });

  it("config import brings a source with its schedules", async () => {
    await start(sourcePlugins, FIRST);
    const said = await applyInstallation(
      plan(newer, `sources:\n  ${NAME}:\n    concurrency: 2\n`),
      LATER,
      ports(),
    );
    expect(said).toEqual([
      { is: `source ${NAME} is not in the catalogue`, applied: `source ${NAME}: added` },
    ]);
    expect(await catalog.source(NAME)).toMatchObject({ enabled: false, config: { concurrency: 2 } });
    expect(await catalog.schedules(NAME)).toMatchObject([{ firedThrough: LATER - 17.5 * MINUTE }]);
    expect((await audits()).map(({ what }) => what)).toEqual(["source add", "config import"]);
  });

  it("a source that settings turn on owes nothing of the time in which it was off", async () => {
    await start(newer, FIRST);
    await applyInstallation(
      plan(newer, LISTED.replace("PT1H }", "PT1H, window_lag: PT10M }")),
      LATER,
      ports(),
    );
    expect(await catalog.source(NAME)).toMatchObject({ enabled: true });
    expect(await catalog.schedules(NAME)).toMatchObject([{ firedThrough: LATER - 17.5 * MINUTE }]);
    expect((await catalog.schedules("ioncannon"))[0]?.firedThrough).toBe(FIRST - 2.5 * MINUTE);
  });

  it("a block that waited for its kind gets map, dataset and schedule, and keeps its settings", async () => {
    await start(sourcePlugins, FIRST, `sources:\n  ${NAME}:\n    concurrency: 5\n`);
    expect(await catalog.source(NAME)).toMatchObject({ dataset: NAME, enabled: false });
    await start(newer, LATER);
    await start(newer, LATER);
    const { map, ...source } = await catalog.source(NAME);
    expect(source).toMatchObject({ dataset: "air.net", enabled: false, config: { concurrency: 5 } });
    expect(map.datetime.from_col).toBe("timestamp");
    expect(await catalog.schedules(NAME)).toHaveLength(1);
    expect(await audits()).toHaveLength(1);
  });

  it("a projection is added too: on where the settings name it, off where not", async () => {
    const [named] = projectionPlugins;
    if (!named) throw new Error("no projection");
    const more = [...projectionPlugins, ...["one", "two"].map((kind) => ({ ...named, kind }))];
    await start(sourcePlugins, FIRST);
    const yaml = "projections:\n  one_service: {}\n";
    await installOnce(plan(sourcePlugins, yaml, more), sourcePlugins, LATER, ports());
    expect((await catalog.projections()).map(({ name, enabled }) => [name, enabled])).toEqual([
      ["one", true],
      ["pygeoapi", true],
      ["two", false],
    ]);
    expect((await audits()).map(({ what }) => what)).toEqual(["projection add", "projection add"]);
  });

  it("is not imported into a catalogue that the first start has not filled: that is one with first content", async () => {
    await expect(applyInstallation(plan(newer, LISTED), FIRST, ports())).rejects.toThrow(Transient);
    expect(await catalog.sources()).toEqual([]);
  });
});

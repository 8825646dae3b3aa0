import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseSettings } from "../../config/settings";
import { PostgresCatalog } from "../adapters/postgres/catalog";
import { Database } from "../adapters/postgres/database";
import { PostgresOutbox } from "../adapters/postgres/outbox";
import { type TestDatabase, testDatabase } from "../adapters/postgres/testing";
import { DAY, HOUR, MINUTE, parseInstant } from "../observation/time";
import type { Outbox } from "../ports/inbox";
import { projectionPlugins } from "../projection/index";
import { ioncannon } from "../source/ioncannon";
import type { SourcePlugin } from "../source/plugin";
import { sensorCommunity } from "../source/sensor-community";
import { differences } from "./differences";
import { applyInstallation, installOnce } from "./install";
import { planInstallation } from "./plan";
import { installationPorts } from "./testing";

const NOW = parseInstant("2026-11-24T12:17:30Z") ?? Number.NaN;
const OPEN = parseInstant("2026-11-24T12:00:00Z") ?? Number.NaN;

/** These two, whatever others there are. */
const sourcePlugins: readonly SourcePlugin[] = [ioncannon, sensorCommunity];

const plan = (yaml?: string) =>
  planInstallation(
    yaml === undefined ? undefined : parseSettings(yaml, "a.yaml"),
    sourcePlugins,
    projectionPlugins,
  );

describe("the first content of a catalogue", () => {
  let database: TestDatabase;
  let db: Database;
  let catalog: PostgresCatalog;
  let outbox: PostgresOutbox;

  beforeEach(async () => {
    database = await testDatabase();
    db = new Database(database.connectionString, { connections: 6 });
    catalog = new PostgresCatalog(db);
    outbox = new PostgresOutbox(db);
  });
  afterEach(async () => {
    await db.close();
    await database.close();
  });

  const ports = () => installationPorts(db, sourcePlugins);
  const install = (yaml?: string, through: Outbox = outbox) =>
    installOnce(plan(yaml), sourcePlugins, NOW, { ...ports(), outbox: through });
  const apply = (yaml: string) => applyInstallation(plan(yaml), NOW, ports());
  const audits = () =>
    db.rows<{ before: unknown; after: unknown }>(
      undefined,
      "SELECT before, after FROM audit WHERE what = 'config import' ORDER BY id",
    );
  const commands = () =>
    db.rows<{ route: string; start: string; end: string; lane: string }>(
      undefined,
      `SELECT route, body->>'start_time' AS start, body->>'end_time' AS "end", lane FROM outbox ORDER BY seq`,
    );

  it("is the six last whole hours and the open one up to the schedule's mark, oldest first, no gap", async () => {
    expect(await install()).toBe(true);
    const runs = (await commands()).map(({ start, end }) => [parseInstant(start), parseInstant(end)]);
    expect(runs).toEqual([
      ...[6, 5, 4, 3, 2, 1].map((n) => [OPEN - n * HOUR, OPEN - (n - 1) * HOUR]),
      [OPEN, OPEN + 15 * MINUTE],
    ]);
    expect(new Set((await commands()).map(({ route }) => route))).toEqual(
      new Set(["ionbeam.source.ioncannon.start"]),
    );
    const [schedule] = await catalog.schedules("ioncannon");
    expect(schedule?.firedThrough).toBe(OPEN + 15 * MINUTE);
    expect((await catalog.runs({ limit: 99 })).every(({ trigger }) => trigger === "first-fill")).toBe(true);
  });

  it("is made once, also after people have changed it", async () => {
    await install();
    const [source] = await catalog.sources();
    if (!source) throw new Error("no source");
    await db.run((tx) => catalog.saveSource(tx, { ...source, config: { num_stations: 3 } }));
    expect(await install()).toBe(false);
    expect((await catalog.source(source.name)).config).toEqual({ num_stations: 3 });
    expect(await commands()).toHaveLength(7);
  });

  it("is made by one of several at once", async () => {
    const made = await Promise.all([install(), install(), install()]);
    expect(made.filter((each) => each)).toHaveLength(1);
    expect(await commands()).toHaveLength(7);
  });

  it.each([1, 4, 7])("is all or nothing when it ends at the command number %i", async (last) => {
    let n = 0;
    const dying: Outbox = {
      add: (tx, messages) => {
        n += 1;
        if (n === last) throw new Error("killed");
        return outbox.add(tx, messages);
      },
      pending: (limit) => outbox.pending(limit),
      published: (seqs) => outbox.published(seqs),
    };
    await expect(install(undefined, dying)).rejects.toThrow("killed");
    expect(await catalog.sources()).toEqual([]);
    expect(await catalog.datasets()).toEqual([]);
    expect(await catalog.projections()).toEqual([]);
    expect(await commands()).toEqual([]);
    expect(await install()).toBe(true);
    expect(await commands()).toHaveLength(7);
  });

  it("with a list of schedules has no first fill of a source that is off, and keeps unknown kinds", async () => {
    await install(
      "sources:\n  netatmo:\n    client_id: me\n  scheduler:\n    windows:\n      - { source_name: netatmo, window_size: PT1H, trigger_interval: PT1H }\n",
    );
    expect(await commands()).toEqual([]);
    expect((await catalog.sources()).map(({ name, enabled, config }) => [name, enabled, config])).toEqual([
      ["ioncannon", false, {}],
      ["netatmo", false, { client_id: "me" }],
      ["sensor_community", false, {}],
    ]);
    expect((await catalog.schedules("netatmo")).map(({ interval }) => interval)).toEqual([HOUR]);
  });

  describe("and later settings", () => {
    const EDITED = "sources:\n  ioncannon:\n    num_stations: 9\n";
    const SCHEDULED =
      "sources:\n  scheduler:\n    windows:\n      - { source_name: sensor_community, window_size: P1D, trigger_interval: P1D, window_lag: P3D }\n";

    beforeEach(() => install());

    it.each([
      ["nothing of what they do not speak of", "", []],
      [
        "a block",
        EDITED,
        ["source ioncannon is configured otherwise: num_stations is not set, the settings say 9"],
      ],
      ["an unknown kind", "sources:\n  acronet:\n    key: 1\n", ["source acronet is not in the catalogue"]],
      [
        "schedules",
        SCHEDULED,
        [
          "source ioncannon is on",
          "source sensor_community is off",
          "a schedule of source sensor_community is not in the catalogue",
          "a schedule of source ioncannon is not in the settings",
          "a schedule of source sensor_community is not in the settings",
        ],
      ],
      [
        "a projection",
        "projections:\n  pygeoapi_service:\n    output_path: /srv\n",
        ["projection pygeoapi is configured otherwise: output_path is not set, the settings say /srv"],
      ],
    ])("differ in %s; import applies it, once, and writes it down", async (_name, yaml, wanted) => {
      const found = await differences(plan(yaml), ports());
      const words = found.map(({ is }) => is);
      expect([...words].sort()).toEqual([...wanted].sort());
      expect(await apply(yaml)).toEqual(found);
      expect(await differences(plan(yaml), ports())).toEqual([]);
      expect(await apply(yaml)).toEqual([]);
      expect(await audits()).toEqual(wanted.length === 0 ? [] : [{ before: words, after: [] }]);
    });

    it("leave what they do not name: configuration, map and switch", async () => {
      const before = await catalog.source("sensor_community");
      await db.run((tx) => catalog.saveSource(tx, { ...before, enabled: true, config: { concurrency: 2 } }));
      await apply(EDITED);
      expect(await catalog.source("sensor_community")).toMatchObject({
        enabled: true,
        config: { concurrency: 2 },
      });
      expect(await catalog.source("ioncannon")).toMatchObject({ enabled: true, config: { num_stations: 9 } });
      expect(await commands()).toHaveLength(7);
    });

    it("turn schedules off that they no longer list; one that comes back owes nothing of the time between", async () => {
      const [first] = await catalog.schedules("ioncannon");
      await apply(SCHEDULED);
      expect((await catalog.schedules("ioncannon")).map(({ enabled }) => enabled)).toEqual([false]);
      const back =
        "sources:\n  scheduler:\n    windows:\n      - { source_name: ioncannon, window_size: PT5M, trigger_interval: PT5M }\n";
      await applyInstallation(plan(back), NOW + 2 * DAY, ports());
      expect(await catalog.schedules("ioncannon")).toEqual([
        { ...first, enabled: true, firedThrough: OPEN + 15 * MINUTE + 2 * DAY },
      ]);
    });

    describe("that change a schedule", () => {
      const listed = (times: string) =>
        `sources:\n  scheduler:\n    windows:\n      - { source_name: ioncannon, ${times} }\n`;
      const later = (yaml: string) => applyInstallation(plan(yaml), NOW + 30 * MINUTE, ports());
      const skips = () =>
        db.rows<{ start: number; end: number }>(
          undefined,
          `SELECT start_us AS start, end_us AS "end" FROM schedule_skip ORDER BY id`,
        );
      const on = async () => (await catalog.schedules("ioncannon")).filter(({ enabled }) => enabled);

      it("of the same interval go on where it is: nothing is left out", async () => {
        const [first] = await on();
        await later(listed("window_size: PT10M, trigger_interval: PT5M"));
        expect(await on()).toMatchObject([{ windowSize: 10 * MINUTE, firedThrough: first?.firedThrough }]);
        expect(await skips()).toEqual([]);
      });

      it("of another interval say what nobody asks for, once", async () => {
        const yaml = listed("window_size: PT10M, trigger_interval: PT10M");
        const start = OPEN + 15 * MINUTE;
        const end = OPEN + 40 * MINUTE;
        const applied = (await later(yaml)).map((each) => each.applied);
        expect(applied.join("\n")).toContain(
          "source ioncannon: no schedule asks for 2026-11-24T12:15:00Z to 2026-11-24T12:40:00Z",
        );
        expect(await skips()).toEqual([{ start, end }]);
        expect(await later(yaml)).toEqual([]);
        expect(await skips()).toHaveLength(1);
      });

      it("but list none, only switches: the schedules stay as they are", async () => {
        const before = await catalog.schedules();
        const yaml = "sources:\n  scheduler:\n    enabled: { sensor_community: true }\n";
        expect((await later(yaml)).map(({ is }) => is)).toEqual(["source sensor_community is off"]);
        expect(await on()).toHaveLength(1);
        expect((await catalog.schedules()).map(({ id, enabled }) => [id, enabled])).toEqual(
          before.map(({ id, enabled }) => [id, enabled]),
        );
        expect(await catalog.source("ioncannon")).toMatchObject({ enabled: true });
        expect(await catalog.source("sensor_community")).toMatchObject({ enabled: true });
      });
    });

    it("are taken whole or not at all", async () => {
      await db.execute(undefined, "ALTER TABLE audit ADD CONSTRAINT refused CHECK (what <> 'config import')");
      await expect(apply(EDITED)).rejects.toThrow();
      expect(await catalog.source("ioncannon")).toMatchObject({ config: {} });
    });
  });
});

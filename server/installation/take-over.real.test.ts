import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseSettings } from "../../config/settings";
import { PostgresCatalog } from "../adapters/postgres/catalog";
import { Database } from "../adapters/postgres/database";
import { type TestDatabase, testDatabase } from "../adapters/postgres/testing";
import { STANDARD_SETTINGS } from "../alert/model";
import { alertVerbs } from "../alert/verbs";
import { SetDatasetSettings, setDatasetSettings } from "../dataset/verbs";
import { DAY, HOUR, MINUTE, parseInstant } from "../observation/time";
import { setProjectionEnabled } from "../projection/configure";
import { projectionPlugins } from "../projection/index";
import { ioncannon } from "../source/ioncannon";
import type { SourcePlugin } from "../source/plugin";
import { sensorCommunity } from "../source/sensor-community";
import { variableMapVerbs } from "../variable-map/verbs";
import { differences } from "./differences";
import { applyInstallation, installOnce } from "./install";
import { planInstallation } from "./plan";
import { installationPorts } from "./testing";
import { configVerbs } from "./verbs";

const NOW = parseInstant("2026-11-24T12:17:30Z") ?? Number.NaN;
const sourcePlugins: readonly SourcePlugin[] = [ioncannon, sensorCommunity];

let database: TestDatabase;
let db: Database;
let catalog: PostgresCatalog;

async function open(): Promise<void> {
  database = await testDatabase();
  db = new Database(database.connectionString, { connections: 4 });
  catalog = new PostgresCatalog(db);
}
async function close(): Promise<void> {
  await db.close();
  await database.close();
}
beforeEach(open);
afterEach(close);

const ports = () => ({
  ...installationPorts(db, sourcePlugins),
  projectionPlugins,
  clock: { now: () => NOW },
  files: { location: () => "", exists: async () => false },
});
const plan = (yaml = "") => planInstallation(parseSettings(yaml, "a.yaml"), sourcePlugins, projectionPlugins);
const install = (yaml?: string) => installOnce(plan(yaml), sourcePlugins, NOW, ports());
const apply = async (yaml: string) =>
  (await applyInstallation(plan(yaml), NOW, ports())).map(({ applied }) => applied);
const differ = async (yaml: string) => (await differences(plan(yaml), ports())).map(({ is }) => is);
const exported = async () => (await configVerbs(ports()).exportConfig()).yaml;
const audited = async () =>
  (await db.rows<{ what: string }>(undefined, "SELECT what FROM audit ORDER BY id")).map(({ what }) => what);
const spans = async () =>
  (
    await db.rows<{ declared: string }>(
      undefined,
      "SELECT declared FROM dataset_span WHERE dataset = 'ioncannon' ORDER BY from_us",
    )
  ).map(({ declared }) => declared);

/** IonCannon's map with its temperature in kelvin. */
async function inKelvin() {
  const { map, mapHash } = await catalog.source("ioncannon");
  const canonical_variables = map.canonical_variables.map((each) =>
    each.column === "air_temperature" ? { ...each, cf_unit: "K" } : each,
  );
  return { source: "ioncannon", from: mapHash, map: { ...map, canonical_variables } };
}

/** What people do by the verbs. */
async function setOtherwise(): Promise<void> {
  const dataset = "sensor.community";
  const changes = { policy: "P2D", subjectToChange: "PT3H", deleteAfterExport: true, keepPayloads: "P90D" };
  await setDatasetSettings(SetDatasetSettings.parse({ dataset, ...changes, span: "PT6H" }), ports());
  await variableMapVerbs(ports()).changeMap(await inKelvin());
  const standing = await ports().alerts.settings();
  await alertVerbs({
    ...ports(),
    stagedHttp: { ask: () => Promise.reject(new Error("not asked")) },
  }).setAlertSettings({
    version: standing.version,
    settings: {
      ...standing.settings,
      lateAfter: 3 * HOUR,
      failures: false,
      silentAfter: { ioncannon: "off", sensor_community: DAY },
      lateAfterOf: { "sensor.community": 2 * DAY },
    },
  });
  await setProjectionEnabled({ name: "pygeoapi", enabled: false }, ports());
}

/** What a file says of an installation, beside sources' configurations and schedules. */
const settings = async () => ({
  datasets: await catalog.datasets(),
  alerts: (await ports().alerts.settings()).settings,
  projections: (await catalog.projections()).map(({ name, enabled }) => [name, enabled]),
  maps: (await catalog.sources()).map(({ name, mapHash }) => [name, mapHash]),
});

it("an export changes nothing where it comes from, and makes the same elsewhere", async () => {
  await install();
  await setOtherwise();
  const yaml = await exported();
  const before = await settings();
  expect(await differ(yaml)).toEqual([]);
  expect(await apply(yaml)).toEqual([]);
  expect(await settings()).toEqual(before);
  await close();
  await open();
  await install(yaml);
  expect(await settings()).toEqual(before);
  expect(await exported()).toBe(yaml);
  expect(await differ(yaml)).toEqual([]);
});

it("an export brings an installation that was set otherwise to what it says, and leaves what it does not name", async () => {
  await install();
  await setOtherwise();
  const yaml = await exported();
  const before = await settings();
  await close();
  await open();
  await install();
  await db.execute(undefined, "UPDATE dataset SET keep_points_us = 86400000000");
  await apply(yaml);
  expect(await differ(yaml)).toEqual([]);
  const datasets = before.datasets.map((each) => ({
    ...each,
    retention: { ...each.retention, points: DAY },
  }));
  expect(await settings()).toEqual({ ...before, datasets });
});

describe("settings of datasets", () => {
  it("are those of a new installation's datasets from their first window on", async () => {
    await install(
      "datasets:\n  ioncannon: { span: PT15M, policy: PT6H, delete_after_export: true, keep_revisions: P1Y }\n",
    );
    expect(await catalog.dataset("ioncannon")).toMatchObject({
      metadata: { aggregation_span: "PT15M" },
      settings: { policy: { kind: "build-after", after: 6 * HOUR } },
      deleteAfterExport: true,
      retention: { revisions: 365 * DAY },
    });
    expect(await spans()).toEqual(["PT15M"]);
  });

  it("are taken over as a person sets them, once; what is not named, and who is not there, is left", async () => {
    const yaml =
      "datasets:\n  ioncannon: { span: PT10M, subject_to_change: PT30M, keep_points: P30D }\n  nobody: { policy: wait }\n";
    await install();
    await db.execute(undefined, "UPDATE dataset SET delete_after_export = true WHERE name = 'ioncannon'");
    expect(await differ(yaml)).toEqual([
      "dataset ioncannon is set otherwise: span is PT1H, the settings say PT10M; subject_to_change is PT0S, the settings say PT30M; keep_points is for-ever, the settings say P30D",
    ]);
    expect(await apply(yaml)).toEqual(["dataset ioncannon: set as the settings say"]);
    expect(await catalog.dataset("ioncannon")).toMatchObject({
      metadata: { aggregation_span: "PT10M", subject_to_change_window: "PT30M" },
      settings: { subjectToChange: 30 * MINUTE, policy: { kind: "wait" } },
      deleteAfterExport: true,
      retention: { points: 30 * DAY },
    });
    // What is there keeps its windows.
    expect(await spans()).toEqual(["PT1H", "PT10M"]);
    expect(await apply(yaml)).toEqual([]);
    expect(await audited()).toEqual(["dataset set", "config import"]);
    await apply("datasets:\n  ioncannon: { keep_points: for-ever }\n");
    expect(await catalog.dataset("ioncannon")).toMatchObject({ retention: {}, deleteAfterExport: true });
  });
});

describe("a map", () => {
  const withMap = (map: object) => `maps:\n  ioncannon: ${JSON.stringify(map)}\n`;

  it("is put in force as a person does, as a version of its own, and one that is not named stays", async () => {
    await install();
    const yaml = withMap((await inKelvin()).map);
    expect(await differ(yaml)).toEqual([
      "the map of source ioncannon is another one: air_temperature, cf_unit is degC, the settings say K",
    ]);
    expect(await apply(yaml)).toEqual([
      "the map of source ioncannon: as the settings say, for what is collected from now on",
    ]);
    const source = await catalog.source("ioncannon");
    expect(source).toMatchObject({ mapVersion: 2 });
    expect(await audited()).toEqual(["map change", "config import"]);
    expect(await apply(yaml)).toEqual([]);
    await apply("sources:\n  ioncannon:\n    num_stations: 9\n");
    expect(await catalog.source("ioncannon")).toMatchObject({ mapHash: source.mapHash });
  });

  it("that cannot be is refused with file, line and what is wrong, by an import and by the first start", async () => {
    await install();
    const { map } = await inKelvin();
    const wrong = withMap({
      ...map,
      canonical_variables: map.canonical_variables.map((each) => ({ ...each, cf_unit: "furlong" })),
    });
    const words = /^a\.yaml, line 2: "maps\.ioncannon": air_temperature: .*: correct it, or remove it/;
    await expect(apply(wrong)).rejects.toThrow(words);
    expect(await audited()).toEqual([]);
    // A start with a filled catalogue does not hang on it.
    expect(await install(wrong)).toBe(false);
    await close();
    await open();
    await expect(install(wrong)).rejects.toThrow(words);
    expect(await catalog.sources()).toEqual([]);
  });
});

it("a projection is turned on or off where the settings name it, and else left", async () => {
  await install();
  const yaml = "projections:\n  enabled: { pygeoapi_service: false }\n";
  const on = async () => (await catalog.projections()).map(({ enabled }) => enabled);
  expect(await differ(yaml)).toEqual(["projection pygeoapi is on"]);
  expect(await apply(yaml)).toEqual(["projection pygeoapi was on: turned off"]);
  expect(await on()).toEqual([false]);
  expect(await apply(yaml)).toEqual([]);
  await apply("projections:\n  pygeoapi_service: { output_path: /srv }\n");
  expect(await on()).toEqual([false]);
});

it("alerts are set where the settings say, of what is there, as a person does; the rest is left", async () => {
  await install();
  await db.run((tx) => ports().alerts.saveSettings(tx, 0, { ...STANDARD_SETTINGS, failuresInRow: 9 }));
  const yaml =
    "alerts:\n  late_after: PT1H\n  silent_after: { ioncannon: off, nobody: PT1H }\n  late_after_of: { ioncannon: PT30M }\n";
  expect(await differ(yaml)).toEqual([
    "what is an alert is set otherwise: silent_after.ioncannon is not set, the settings say off; late_after is PT2H, the settings say PT1H; late_after_of.ioncannon is not set, the settings say PT30M",
  ]);
  expect(await apply(yaml)).toEqual(["what is an alert: set as the settings say"]);
  expect((await ports().alerts.settings()).settings).toEqual({
    ...STANDARD_SETTINGS,
    failuresInRow: 9,
    lateAfter: HOUR,
    silentAfter: { ioncannon: "off" },
    lateAfterOf: { ioncannon: 30 * MINUTE },
  });
  expect(await apply(yaml)).toEqual([]);
  expect(await audited()).toEqual(["alert settings", "config import"]);
});

it("a webhook stays where it is: the export says that it is left out, and nothing of it", async () => {
  await install();
  const address = { sealed: "v1.hidden" };
  await db.run((tx) => ports().alerts.saveWebhook(tx, { enabled: true, address, key: undefined }));
  const { yaml, secrets } = await configVerbs(ports()).exportConfig();
  expect(secrets).toEqual(["webhook.address"]);
  expect(yaml).toContain("# secret, not exported: the webhook of alerts (address)");
  expect(yaml).not.toContain("hidden");
  expect(await apply(yaml)).toEqual([]);
  expect(await ports().alerts.webhook()).toMatchObject({ enabled: true, address });
});

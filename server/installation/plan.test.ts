import { describe, expect, it } from "vitest";
import { parseSettings } from "../../config/settings";
import { DAY, HOUR, MINUTE } from "../observation/time";
import { projectionPlugins } from "../projection/index";
import { sourcePlugins } from "../source/index";
import { planInstallation } from "./plan";

const plan = (yaml?: string) =>
  planInstallation(
    yaml === undefined ? undefined : parseSettings(yaml, "a.yaml"),
    sourcePlugins,
    projectionPlugins,
  );
const sourceOf = (planned: ReturnType<typeof plan>, name: string) =>
  planned.sources.find((each) => each.name === name);

const SCHEDULES = `sources:
  ioncannon:
    num_stations: 7
  netatmo:
    client_id: me
    nested: { anything: [1, 2] }
  scheduler:
    windows:
      - source_name: sensor_community
        window_size: P1D
        trigger_interval: P1D
        window_lag: P2D
      - source_name: sensor_community
        window_size: PT6H
        trigger_interval: PT6H
      - source_name: meteotracker
        window_size: PT5M
        trigger_interval: PT5M
projections:
  pygeoapi_service:
    output_path: /srv/pygeoapi
  odb_service:
    anything: 1
`;

describe("what an installation is made of", () => {
  it("without settings: each kind of source once, on or off as it says, with dataset and schedules", () => {
    const planned = plan();
    expect(planned.sources.map(({ name, kind, enabled }) => [name, kind, enabled])).toEqual(
      sourcePlugins.map((each) => [each.defaultInstance, each.kind, each.enabledByDefault]),
    );
    expect(planned.schedules).toHaveLength(sourcePlugins.flatMap(({ schedules }) => schedules).length);
    expect(planned.datasets).toHaveLength(sourcePlugins.length);
    expect(planned.projections.map(({ name, enabled }) => [name, enabled])).toEqual(
      projectionPlugins.map((each) => [each.kind, each.enabledByDefault]),
    );
    expect(planned.named).toEqual({
      sources: new Set(),
      projections: new Set(),
      schedules: false,
      switches: new Set(),
      projectionSwitches: new Set(),
      datasets: new Map(),
      maps: new Map(),
      alerts: undefined,
    });
  });

  it.each([
    ["ioncannon", true, "ioncannon", true, [5 * MINUTE, 5 * MINUTE, 0]],
    ["sensor_community", false, "sensor.community", false, [DAY, DAY, DAY]],
  ])(
    "without settings %s is on: %s, with its dataset and schedule",
    (name, on, dataset, synthetic, times) => {
      const planned = plan();
      expect(sourceOf(planned, name)).toMatchObject({ enabled: on, dataset });
      expect(planned.datasets.find(({ metadata }) => metadata.name === dataset)).toMatchObject({ synthetic });
      expect(
        planned.schedules
          .filter(({ source }) => source === name)
          .map(({ windowSize, interval, lag }) => [windowSize, interval, lag]),
      ).toEqual([times]);
    },
  );

  it("with a list of schedules: those and no others; a source without one is off", () => {
    const planned = plan(SCHEDULES);
    expect(sourceOf(planned, "ioncannon")).toMatchObject({ enabled: false, config: { num_stations: 7 } });
    expect(sourceOf(planned, "sensor_community")).toMatchObject({ enabled: true });
    expect(
      planned.schedules
        .filter(({ source }) => source === "sensor_community")
        .map(({ windowSize, interval, lag }) => [windowSize, interval, lag]),
    ).toEqual([
      [DAY, DAY, 2 * DAY],
      [6 * HOUR, 6 * HOUR, 0],
    ]);
    expect(planned.schedules.some(({ source }) => source === "ioncannon")).toBe(false);
  });

  it("turns projections of this version on or off by the names of their blocks, and says which it has not", () => {
    const planned = plan("projections:\n  enabled:\n    pygeoapi_service: false\n    odb_service: true\n");
    expect(planned.projections).toEqual([{ name: "pygeoapi", kind: "pygeoapi", enabled: false, config: {} }]);
    expect(planned.named.projectionSwitches).toEqual(new Set(["pygeoapi"]));
    expect(planned.strays).toEqual([
      expect.stringMatching(/line 4: "projections\.enabled\.odb_service": this version has no projection/),
    ]);
  });

  it("says which schedule is of a source that nothing else speaks of", () => {
    const scheduled = (name: string) =>
      `sources:\n  netatmo: {}\n  scheduler:\n    windows:\n      - { source_name: ${name}, window_size: PT1H, trigger_interval: PT1H }\n`;
    expect(plan(scheduled("ionconnon")).strays).toEqual([
      expect.stringMatching(
        /line 5: .*these settings name no source "ionconnon".*added on the page.*are: .*ioncannon.*, netatmo$/,
      ),
    ]);
    expect(plan(scheduled("ioncannon")).strays).toEqual([]);
    expect(plan(scheduled("netatmo")).strays).toEqual([]);
    expect(plan("").strays).toEqual([]);
    expect(plan("datasets:\n  ioncannon: {}\n  elsewhere: { policy: wait }\n").strays).toEqual([
      expect.stringMatching(/line 3: "datasets\.elsewhere": these settings make no dataset by that name/),
    ]);
  });

  it("an empty list of schedules turns everything off", () => {
    const planned = plan("sources:\n  scheduler:\n    windows: []\n");
    expect(planned.schedules).toEqual([]);
    expect(planned.sources.some(({ enabled }) => enabled)).toBe(false);
  });

  it("keeps blocks and schedules of kinds that do not exist yet, off", () => {
    const planned = plan(SCHEDULES);
    expect(sourceOf(planned, "netatmo")).toMatchObject({
      kind: "netatmo",
      enabled: false,
      config: { client_id: "me", nested: { anything: [1, 2] } },
    });
    expect(sourceOf(planned, "meteotracker")).toMatchObject({ enabled: false, config: {} });
    expect(planned.schedules.filter(({ source }) => source === "meteotracker")).toHaveLength(1);
    expect(planned.projections).toEqual([
      { name: "pygeoapi", kind: "pygeoapi", enabled: true, config: { output_path: "/srv/pygeoapi" } },
      { name: "odb", kind: "odb", enabled: false, config: { anything: 1 } },
    ]);
  });

  it("knows what the settings speak of", () => {
    expect(plan(SCHEDULES).named).toEqual({
      sources: new Set(["ioncannon", "netatmo"]),
      projections: new Set(["pygeoapi", "odb"]),
      schedules: true,
      switches: new Set(),
      projectionSwitches: new Set(),
      datasets: new Map(),
      maps: new Map(),
      alerts: undefined,
    });
  });

  it("with switches alone lists no schedules: those of the kinds stay", () => {
    const planned = plan("sources:\n  scheduler:\n    enabled: { ioncannon: false }\n");
    expect(planned.named).toMatchObject({ schedules: false, switches: new Set(["ioncannon"]) });
    expect(planned.schedules).toEqual(plan().schedules);
    expect(sourceOf(planned, "ioncannon")).toMatchObject({ enabled: false });
  });

  it("S1: the same schedule has the same id on every machine, another one another", () => {
    const ids = plan(SCHEDULES).schedules.map(({ id }) => id);
    expect(plan(SCHEDULES).schedules.map(({ id }) => id)).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    expect(
      plan(SCHEDULES.replace("PT6H", "360m".replace("360m", "PT360M"))).schedules.map(({ id }) => id),
    ).toEqual(ids);
  });

  it.each([
    [
      "a misspelt key",
      "sources:\n  ioncannon:\n    num_stationz: 5\n",
      /^a\.yaml, line 3: "sources\.ioncannon\.num_stationz" is not a setting that Ionbeam knows/,
    ],
    [
      "a misspelt key deep inside",
      "sources:\n  ioncannon:\n    geographic_bounds:\n      min_lat: 40\n      max_latt: 50\n",
      /^a\.yaml, line 5: "sources\.ioncannon\.geographic_bounds\.max_latt" is not a setting/,
    ],
    [
      "a number out of range",
      "sources:\n  ioncannon:\n    seed: 1\n    num_stations: 0\n",
      /^a\.yaml, line 4: "sources\.ioncannon\.num_stations": .*1/,
    ],
    [
      "a word for a number",
      "sources:\n  ioncannon:\n    num_stations: many\n",
      /^a\.yaml, line 3: "sources\.ioncannon\.num_stations": .*number/,
    ],
    [
      "bounds the wrong way round",
      "sources:\n  ioncannon:\n    geographic_bounds: { min_lat: 60, max_lat: 50 }\n",
      /^a\.yaml, line 3: "sources\.ioncannon\.geographic_bounds\.max_lat": north must be greater than south/,
    ],
    [
      "an address that is none",
      "sources:\n  sensor_community:\n    base_url: archive\n",
      /^a\.yaml, line 3: "sources\.sensor_community\.base_url": an address that begins with http/,
    ],
    [
      "a misspelt key of a projection",
      "projections:\n  pygeoapi_service:\n    config_pat: /x\n",
      /^a\.yaml, line 3: "projections\.pygeoapi_service\.config_pat" is not a setting/,
    ],
    [
      "an interval of nothing",
      "sources:\n  scheduler:\n    windows:\n      - source_name: ioncannon\n        window_size: PT5M\n        trigger_interval: 0\n",
      /^a\.yaml, line 4: "sources\.scheduler\.windows\.0": a schedule's trigger interval must be longer than nothing/,
    ],
    [
      "a negative lag",
      "sources:\n  scheduler:\n    windows:\n      - source_name: ioncannon\n        window_size: PT5M\n        trigger_interval: PT5M\n        window_lag: -PT5M\n",
      /line 4: .*lag cannot be negative/,
    ],
  ])("refuses %s with file, line and key", (_name, yaml, words) => expect(() => plan(yaml)).toThrow(words));
});

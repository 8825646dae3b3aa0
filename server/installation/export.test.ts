import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSettings } from "../../config/settings";
import { type AlertSettings, STANDARD_SETTINGS } from "../alert/model";
import { withKeptSecrets } from "../configuration/part-secrets";
import { testBox } from "../configuration/testing";
import { mapHash } from "../ingest/map-hash";
import { uuidv5 } from "../message";
import { formatDuration, HOUR, MINUTE, parseDuration } from "../observation/time";
import type { Dataset, Projection, Schedule, Source } from "../ports/catalog";
import { projectionPlugins } from "../projection/index";
import { sourcePlugins } from "../source/index";
import { withAlerts } from "./alerts";
import { differences } from "./differences";
import { exportSettings } from "./export";
import { type InstallationPlan, planInstallation, planInstance } from "./plan";

interface Catalogue {
  readonly sources: readonly Source[];
  readonly schedules: readonly Schedule[];
  readonly projections: readonly Projection[];
  readonly datasets: readonly Dataset[];
  readonly alerts: AlertSettings;
  readonly webhook: undefined;
}

const planOf = (yaml: string) =>
  planInstallation(parseSettings(yaml, "export.yaml"), sourcePlugins, projectionPlugins);

const alertsOf = (plan: InstallationPlan) =>
  withAlerts(STANDARD_SETTINGS, plan.named.alerts ?? {}, {
    sources: new Set(plan.sources.map((source) => source.name)),
    datasets: new Set(plan.datasets.map(({ metadata }) => metadata.name)),
  });

/** What a plan would fill an empty catalogue with. */
const filled = (plan: InstallationPlan): Catalogue => ({
  sources: plan.sources.map((source) => ({ ...source, createdAt: 0 })),
  schedules: plan.schedules.map((schedule) => ({ ...schedule, firedThrough: 0 })),
  projections: plan.projections,
  alerts: alertsOf(plan),
  webhook: undefined,
  // As a database gives them, and each once.
  datasets: [...new Map(plan.datasets.map((each) => [each.metadata.name, each])).values()].map((each) => ({
    ...each,
    deleteAfterExport: each.deleteAfterExport ?? false,
    retention: each.retention ?? {},
  })),
});

/** What a taking over says that is otherwise. */
const differ = async (
  plan: InstallationPlan,
  { sources, schedules, projections, datasets, alerts }: Catalogue,
) =>
  (
    await differences(plan, {
      catalog: {
        everySource: async () => sources,
        schedules: async () => schedules,
        projections: async () => projections,
        datasets: async () => datasets,
      },
      secretBox: testBox(),
      alerts: { settings: async () => ({ version: 1, settings: alerts }) },
    })
  ).map(({ is }) => is);

const json = fc.jsonValue({ maxDepth: 3 }).filter((value) => !JSON.stringify(value).includes("__proto__"));
/** Anything that a block of another version may hold, secrets among it. */
const block = fc
  .dictionary(
    fc.oneof(
      fc.string().filter((key) => key !== "__proto__"),
      fc.constantFrom("password", "client_secret", "url", "true", "null", "1", "<<", "- a", "on"),
    ),
    fc.oneof(
      json,
      fc.constantFrom("mqtts://me:s3cret@host/", "no", "2026-11-24", "a\n b\n", " # x", "&a *b"),
    ),
    { maxKeys: 6 },
  )
  .map((value) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>);
const name = fc.stringMatching(/^[a-z][a-z0-9_.-]{0,20}$/).filter((text) => text !== "scheduler");

const known = planInstallation(undefined, sourcePlugins, projectionPlugins);
const schedule = (source: string) =>
  fc
    .record({
      windowSize: fc.integer({ min: 1, max: 48 }).map((n) => n * 30 * MINUTE),
      interval: fc.constantFrom(5 * MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR),
      lag: fc.integer({ min: 0, max: 600 }).map((n) => n * 13_000_000),
      standing: fc.constantFrom("on", "off", "removed"),
    })
    .map(
      ({ standing, ...each }): Schedule => ({
        ...each,
        enabled: standing === "on",
        ...(standing === "removed" ? { removedAt: HOUR } : {}),
        id: uuidv5("schedule", source, each.windowSize, each.interval, each.lag),
        source,
        firedThrough: 0,
      }),
    );

const CONFIGS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  ioncannon: fc.record({ num_stations: fc.integer({ min: 1, max: 99 }) }, { requiredKeys: [] }),
  sensor_community: fc.record({ concurrency: fc.integer({ min: 1, max: 9 }) }, { requiredKeys: [] }),
};

/** Another source of a kind, which says so. */
const further = fc.record(
  {
    kind: fc.constant("ioncannon"),
    dataset: fc.constantFrom("other", "a.dataset"),
    num_stations: fc.integer({ min: 1, max: 99 }),
  },
  { requiredKeys: ["kind"] },
);

const setting = fc.integer({ min: 0, max: 366 * 24 * 60 }).map((n) => n * MINUTE);
const kept = fc.record(
  Object.fromEntries(
    ["points", "payloads", "revisions"].map((kind) => [
      kind,
      fc.integer({ min: 3600, max: 36_525 * 86_400 }).map((n) => n * 1_000_000),
    ]),
  ),
  { requiredKeys: [] },
);

/** What `dataset set` can make of one. */
const setOtherwise = (dataset: Dataset): fc.Arbitrary<Dataset> =>
  fc
    .record({
      span: fc.option(fc.integer({ min: 60, max: 800 * 86_400 })),
      subjectToChange: fc.option(setting),
      policy: fc.oneof(
        fc.constant({ kind: "wait" } as const),
        setting.map((after) => ({ kind: "build-after", after }) as const),
      ),
      deleteAfterExport: fc.boolean(),
      retention: kept,
    })
    .map(({ span, subjectToChange, policy, ...rest }) => {
      const changes = subjectToChange ?? dataset.settings.subjectToChange;
      return {
        ...dataset,
        ...rest,
        metadata: {
          ...dataset.metadata,
          aggregation_span:
            span === null ? dataset.metadata.aggregation_span : formatDuration(span * 1_000_000),
          subject_to_change_window: formatDuration(changes),
        },
        settings: { subjectToChange: changes, policy },
      };
    });

/** What a person can make of a map: a column under another level, or one that is left out. */
const mapOtherwise = (source: Source): fc.Arbitrary<Source> =>
  fc
    .record({
      change: fc.constantFrom("none", "level", "without"),
      at: fc.nat(),
      level: fc.double({ min: 1_000, max: 9_000, noNaN: true }),
    })
    .map(({ change, at, level }) => {
      const variables = source.map.canonical_variables;
      if (change === "none" || variables.length < 2) return source;
      const canonical_variables = variables.flatMap((each, i) => {
        if (i !== at % variables.length) return [each];
        return change === "level" ? [{ ...each, level }] : [];
      });
      const map = { ...source.map, canonical_variables };
      return { ...source, map, mapHash: mapHash(map) };
    });

const alertAfter = fc.integer({ min: 1, max: 366 * 86_400 }).map((n) => n * 1_000_000);

/** From when on something is an alert, as people set it. */
const alerting = (sources: readonly Source[], datasets: readonly Dataset[]): fc.Arbitrary<AlertSettings> => {
  const ofEach = (names: readonly string[]) =>
    fc.dictionary(fc.constantFrom(...names), fc.oneof(alertAfter, fc.constant("off" as const)), {
      maxKeys: 3,
    });
  return fc.record({
    silence: fc.boolean(),
    silentAfter: ofEach(sources.map((source) => source.name)),
    late: fc.boolean(),
    lateAfter: alertAfter,
    lateAfterOf: ofEach(datasets.map(({ metadata }) => metadata.name)),
    failures: fc.boolean(),
    failuresInRow: fc.integer({ min: 1, max: 1000 }),
  });
};

/** A catalogue that people have changed: known sources on or off, blocks of other versions, schedules of both. */
const catalogue: fc.Arbitrary<Catalogue> = fc
  .record({
    configs: fc.record(CONFIGS),
    enabled: fc.record(Object.fromEntries(known.sources.map((each) => [each.name, fc.boolean()]))),
    foreign: fc.dictionary(name, block, { maxKeys: 3 }),
    further: fc.dictionary(name, further, { maxKeys: 2 }),
    projections: fc.dictionary(name, block, { maxKeys: 3 }),
    projecting: fc.boolean(),
  })
  .chain(({ projecting, configs, enabled, foreign, further: more, projections }) => {
    const settings = {
      file: "x",
      lineOf: () => 1,
      values: {
        sources: { ...foreign, ...more, ...configs },
        projections: Object.fromEntries(
          Object.entries(projections).map(([key, value]) => [`${key}_service`, value]),
        ),
      },
    } as unknown as Parameters<typeof planInstallation>[0];
    const planned = filled(planInstallation(settings, sourcePlugins, projectionPlugins));
    const base = {
      ...planned,
      projections: planned.projections.map((each) =>
        projectionPlugins.some(({ kind }) => kind === each.kind) ? { ...each, enabled: projecting } : each,
      ),
    };
    const sources = base.sources.map((source) => ({ ...source, enabled: enabled[source.name] ?? false }));
    const mapped = fc.tuple(...sources.map(mapOtherwise));
    const schedules = fc.tuple(
      ...sources.map((source) =>
        fc.uniqueArray(schedule(source.name), { maxLength: 3, selector: ({ id }) => id }),
      ),
    );
    const datasets = fc.tuple(
      ...base.datasets.map((each) => fc.oneof(fc.constant(each), setOtherwise(each))),
    );
    // As it comes out of the database: plain JSON.
    return fc
      .record({
        lists: schedules,
        datasets,
        mapped,
        alerts: fc.oneof(fc.constant(STANDARD_SETTINGS), alerting(sources, base.datasets)),
      })
      .map(
        ({ lists, datasets: set, mapped: sourcesMapped, alerts }) =>
          JSON.parse(
            JSON.stringify({
              ...base,
              sources: sourcesMapped,
              schedules: lists.flat(),
              datasets: set,
              alerts,
            }),
          ) as Catalogue,
      );
  });

/** The settings of datasets, a span by its length, the maps in force, and which projections are on. */
const settingsOf = ({ datasets, sources, projections, alerts }: Catalogue) => ({
  alerts,
  projections: new Map(projections.map(({ name: projection, enabled }) => [projection, enabled])),
  maps: new Map(sources.map(({ name: source, mapHash: hash }) => [source, hash])),
  datasets: new Map(
    datasets.map(({ metadata, settings, deleteAfterExport, retention }) => [
      metadata.name,
      { span: parseDuration(metadata.aggregation_span), settings, deleteAfterExport, retention },
    ]),
  ),
});

describe("the exported catalogue", () => {
  it("taken over where it comes from changes nothing, whatever people made of it", async () => {
    await fc.assert(
      fc.asyncProperty(catalogue, async (present) => {
        const plan = planOf(exportSettings(present, sourcePlugins, projectionPlugins).yaml);
        expect(plan.strays).toEqual([]);
        expect(plan.mapFaults).toEqual(new Map());
        expect(await differ(plan, present)).toEqual([]);
        for (const { name: source, config } of present.sources)
          expect(withKeptSecrets(plan.sources.find((each) => each.name === source)?.config, config)).toEqual(
            config,
          );
      }),
      { numRuns: 150 },
    );
  });

  it("fills an empty catalogue with the same but for secrets, and says which", async () => {
    await fc.assert(
      fc.asyncProperty(catalogue, async (present) => {
        const { yaml, secrets } = exportSettings(present, sourcePlugins, projectionPlugins);
        const again = filled(planOf(yaml));
        expect(yaml).not.toContain("s3cret");
        expect(exportSettings(again, sourcePlugins, projectionPlugins).secrets).toEqual([]);
        expect(settingsOf(again)).toEqual(settingsOf(present));
        if (secrets.length > 0) return;
        const told = ({ sources }: Catalogue) =>
          new Map(
            sources.map(({ name: source, kind, dataset, config, enabled }) => [
              source,
              { kind, dataset, config, enabled },
            ]),
          );
        expect(told(again)).toEqual(told(present));
        const listed = ({ schedules }: Catalogue) =>
          new Map(
            schedules
              .filter(({ removedAt }) => removedAt === undefined)
              .map(({ id, enabled }) => [id, enabled]),
          );
        expect(listed(again)).toEqual(listed(present));
      }),
      { numRuns: 100 },
    );
  });

  it("has the kind and dataset of a further source whose name is its kind's", () => {
    const [plugin] = sourcePlugins.filter(({ kind }) => kind === "sensor-community");
    if (!plugin) throw new Error("no such kind");
    const { source } = planInstance(
      { plugin, name: "sensor-community", block: {}, dataset: "own" },
      undefined,
    );
    const present = { ...filled(known), sources: [{ ...source, createdAt: 0 }] };
    const again = planOf(exportSettings(present, sourcePlugins, projectionPlugins).yaml).sources;
    expect(again).toContainEqual(
      expect.objectContaining({ name: "sensor-community", kind: "sensor-community", dataset: "own" }),
    );
  });

  it("keeps the secrets of a block that a file leaves out", () => {
    const login = { password: { sealed: "v1.x" }, user: "me" };
    expect(withKeptSecrets({ a: 1 }, { a: 2, login, b: { c: 3 } })).toEqual({
      a: 1,
      login: { password: { sealed: "v1.x" } },
    });
  });

  it("names secrets in comments where they belong", () => {
    const foreign = planOf(
      "sources:\n  netatmo:\n    username: me\n    password: s3cret\n    mqtt:\n      url: mqtts://me:s3cret@host/\n      port: 8883\n  scheduler:\n    windows: []\n    enabled: { ioncannon: true }\nprojections:\n  odb_service:\n    api_key: s3cret\n",
    );
    const { yaml, secrets } = exportSettings(filled(foreign), sourcePlugins, projectionPlugins);
    expect(secrets).toEqual([
      "sources.netatmo.password",
      "sources.netatmo.mqtt.url",
      "projections.odb_service.api_key",
    ]);
    expect(yaml).toMatchInlineSnapshot(`
      "# Sources, schedules and projections of an Ionbeam's catalogue, and what people set otherwise than it is by default: datasets, maps, alerts.
      # \`ionbeam config import\` takes them over, and so does the first start of a new installation. Not here: secrets, the webhook of alerts, and what is read at each start (adapters, bounds of collection).

      sources:
        ioncannon: {}
        sensor_community: {}
        # secret, not exported: password, mqtt.url
        netatmo:
          username: me
          mqtt:
            port: 8883
        scheduler:
          windows: []
          enabled:
            ioncannon: true
      projections:
        pygeoapi_service: {}
        # secret, not exported: api_key
        odb_service: {}
      "
    `);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSettings } from "../../config/settings";
import { withKeptSecrets } from "../configuration/part-secrets";
import { testBox } from "../configuration/testing";
import { parseDuration } from "../observation/time";
import { projectionPlugins } from "../projection/index";
import { sourcePlugins } from "../source/index";
import { differences } from "./differences";
import { exportSettings } from "./export";
import { type Catalogue, catalogue, filled, known } from "./fixtures/catalogues";
import { type InstallationPlan, planInstallation, planInstance } from "./plan";

const planOf = (yaml: string) =>
  planInstallation(parseSettings(yaml, "export.yaml"), sourcePlugins, projectionPlugins);

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

  it("has the settings of a dataset that no source feeds, for where it is there", async () => {
    const [dataset] = filled(known).datasets;
    if (!dataset) throw new Error("no dataset");
    const foreign = {
      ...dataset,
      metadata: { ...dataset.metadata, name: "of.others" },
      retention: { points: 90 * 86_400_000_000 },
    };
    const present = { ...filled(known), datasets: [...filled(known).datasets, foreign] };
    const { yaml } = exportSettings(present, sourcePlugins, projectionPlugins);
    expect(yaml).toContain(
      "  of.others:\n    span: PT1H\n    subject_to_change: PT0S\n    keep_points: P90D\n",
    );
    expect(await differ(planOf(yaml), present)).toEqual([]);
    expect(planOf(yaml).strays).toEqual([expect.stringContaining('"datasets.of.others"')]);
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

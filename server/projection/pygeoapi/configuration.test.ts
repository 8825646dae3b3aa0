import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { Invalid } from "../../errors";
import type { CanonicalColumn } from "../../observation/column";
import { BASE_CONFIGURATION } from "./base-configuration";
import { withDataset } from "./configuration";
import { type Resource, resourceOf } from "./resource";

const datasetColumns: readonly CanonicalColumn[] = [
  { name: "datetime", role: "time", dtype: "datetime64[us, UTC]" },
  { name: "lat", role: "latitude", dtype: "float64" },
  { name: "lon", role: "longitude", dtype: "float64" },
];
const dataset = {
  name: "sensor.community",
  description: "Citizens' sensors.",
  aggregation_span: "PT1H",
  source_links: [{ mime_type: "text/html", title: "Archive: daily files", href: "https://example.org/a#b" }],
  keywords: ["iot", "no", "2025-01-20"],
  subject_to_change_window: "P1D",
};
const odbl = { licence: "ODbL 1.0", attribution: "Contains information from Sensor.Community." };
const facts = { dataset, datasetColumns, rights: [odbl], synthetic: false };
const extent = {
  bbox: [-2.5, 48.78, 9.18, 57.15] as const,
  time: { start: 1_737_331_200_000_000, end: 1_737_334_799_500_000 },
};
const resource = resourceOf(facts, extent, "/data/served");

/** As pygeoapi's reader sees it: YAML 1.1, where timestamps are instants. */
const read = (text: string) => parse(text, { version: "1.1", customTags: ["timestamp"] });
const add = (text: string, name = "sensor.community", what: Resource | undefined = resource) =>
  withDataset(text, name, what, "pygeoapi-config.yml");

describe("withDataset", () => {
  it("describes a collection as pygeoapi wants it", () => {
    expect(read(add(BASE_CONFIGURATION)).resources).toEqual({
      "sensor.community": {
        type: "collection",
        visibility: "default",
        title: "sensor.community",
        description:
          "Citizens' sensors. Licence: ODbL 1.0. Attribution: Contains information from Sensor.Community.",
        keywords: ["iot", "no", "2025-01-20"],
        links: [
          {
            type: "text/html",
            rel: "canonical",
            title: "Archive: daily files",
            href: "https://example.org/a#b",
            hreflang: "en-US",
          },
        ],
        extents: {
          spatial: { bbox: [-2.5, 48.78, 9.18, 57.15], crs: "http://www.opengis.net/def/crs/OGC/1.3/CRS84" },
          temporal: {
            begin: new Date("2025-01-20T00:00:00Z"),
            end: new Date("2025-01-20T00:59:59.500Z"),
            trs: "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
          },
        },
        providers: [
          {
            type: "feature",
            name: "Parquet",
            data: { source: "/data/served" },
            id_field: "id",
            time_field: "datetime",
            x_field: "lon",
            y_field: "lat",
          },
        ],
      },
    });
  });

  it("changes nothing the second time", () => {
    const once = add(BASE_CONFIGURATION);
    expect(add(once)).toBe(once);
  });

  it("keeps what is not its own, word for word, with the comments", () => {
    const edited = `# ours since 2019
server:
  bind: {host: 0.0.0.0, port: 0080}
  url: \${PYGEOAPI_URL} # from the environment
  gzip: yes
  ratio: 0.10
defaults: &defaults
  visibility: hidden
resources:
  lakes: # theirs
    type: collection
    <<: *defaults
  sensor.community:
    # a note of ours
    visibility: hidden
    title: old # kept remark
    extents:
      vertical: {interval: [0, 2]}
    linked-data: {context: [x]}
    providers:
      - type: tile
        name: MVT-tippecanoe
      - name: Parquet
        type: feature
        options: {mine: 1}
        data: {source: /old}
    footer: on
`;
    const text = add(edited);
    for (const line of [
      "# ours since 2019",
      "  bind: { host: 0.0.0.0, port: 0080 }",
      `  url: \${PYGEOAPI_URL} # from the environment`,
      "  gzip: yes",
      "  ratio: 0.10",
      "defaults: &defaults",
      "    # theirs",
      "    <<: *defaults",
      "    # a note of ours",
      "    visibility: hidden",
      '    title: "sensor.community" # kept remark',
      "      vertical: { interval: [ 0, 2 ] }",
      "    footer: on",
    ]) {
      expect(text.split("\n")).toContain(line);
    }
    const collection = read(text).resources["sensor.community"];
    expect(collection.providers.map(({ name }: { name: string }) => name)).toEqual([
      "MVT-tippecanoe",
      "Parquet",
    ]);
    expect(collection.providers[1]).toMatchObject({ options: { mine: 1 }, data: { source: "/data/served" } });
    expect(collection["linked-data"]).toEqual({ context: ["x"] });
  });

  it.each([
    ["no resources", "server: {}\n"],
    ["empty resources", "server: {}\nresources:\n"],
    ["something else under the dataset's name", "resources:\n  sensor.community: nothing\n"],
  ])("makes what is missing: %s", (_, text) => {
    expect(read(add(text)).resources["sensor.community"].providers).toHaveLength(1);
  });

  it("has one collection per dataset and takes one out again", () => {
    const both = add(add(BASE_CONFIGURATION), "ioncannon");
    expect(Object.keys(read(both).resources)).toEqual(["sensor.community", "ioncannon"]);
    const left = withDataset(both, "sensor.community", undefined, "pygeoapi-config.yml");
    expect(Object.keys(read(left).resources)).toEqual(["ioncannon"]);
    const none = withDataset(left, "ioncannon", undefined, "pygeoapi-config.yml");
    expect(read(none).resources).toEqual({});
    expect(Object.keys(read(add(none)).resources)).toEqual(["sensor.community"]);
  });

  it.each([
    ["no YAML", "server: [\n", /^pygeoapi-config.yml is not valid YAML, line \d/],
    ["no mapping", "- a\n", /is not a mapping/],
  ])("refuses %s", (_, text, sentence) => {
    expect(() => add(text)).toThrow(Invalid);
    expect(() => add(text)).toThrow(sentence);
  });
});

describe("resourceOf", () => {
  it("labels made-up data", () => {
    const made = resourceOf({ ...facts, synthetic: true }, extent, "/x");
    expect(made.title).toBe("sensor.community (synthetic)");
    expect(made.description).toContain("Synthetic: made up, not measured.");
  });

  it("says the whole globe only where no row has a position", () => {
    expect(resourceOf(facts, { ...extent, bbox: undefined }, "/x").bbox).toEqual([-180, -90, 180, 90]);
  });

  it("names every contributing source's licence and attribution", () => {
    const rights = [odbl, { licence: "CC BY 4.0", attribution: "Others" }];
    expect(resourceOf({ ...facts, rights }, extent, "/x").description).toContain(
      "Licence: ODbL 1.0. Attribution: Contains information from Sensor.Community. Licence: CC BY 4.0. Attribution: Others",
    );
  });

  it("links a licence that has an address", () => {
    const licence = "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)";
    const { links } = resourceOf(
      { ...facts, rights: [odbl, { licence, attribution: "Others" }] },
      extent,
      "/x",
    );
    expect(links.at(-1)).toEqual({
      type: "text/html",
      rel: "license",
      title: licence,
      href: "https://creativecommons.org/licenses/by/4.0/",
    });
  });
});

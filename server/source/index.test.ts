import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { canonicalDtype } from "../observation/dtype";
import { DataIngestionMap, DatasetMetadata } from "../observation/model";
import { resolveStandardName } from "../observation/standard-name";
import { MINUTE, parseDuration } from "../observation/time";
import { unitFault } from "../observation/unit-fault";
import { sourcePlugins } from "./index";

const here = import.meta.dirname;
const folders = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(path.join(here, entry.name, "index.ts")))
  .map(({ name }) => name);

const doubled = (names: readonly string[]) => names.filter((name, index) => names.indexOf(name) !== index);

describe("the list of sources", () => {
  it("names every folder with a plug-in, and only these", () => {
    expect(sourcePlugins.map(({ kind }) => kind).sort()).toEqual(folders.sort());
  });

  it("names no kind, instance or dataset twice", () => {
    expect(doubled(sourcePlugins.map(({ kind }) => kind))).toEqual([]);
    expect(doubled(sourcePlugins.map(({ defaultInstance }) => defaultInstance))).toEqual([]);
    const datasets = sourcePlugins.map((plugin) => plugin.dataset(plugin.config.parse({})).metadata.name);
    expect(doubled(datasets)).toEqual([]);
  });
});

describe.each(sourcePlugins.map((plugin) => [plugin.kind, plugin] as const))("source %s", (kind, plugin) => {
  const config = plugin.config.parse({});
  const dataset = plugin.dataset(config);
  const map = plugin.map(config);
  const columns = [
    ...map.canonical_variables.map(({ column }) => column),
    ...map.metadata_variables.map(({ column }) => column),
  ];

  it("brings fixtures, tests and a trial", () => {
    const inside = readdirSync(path.join(here, kind));
    expect(inside.filter((name) => name.endsWith(".test.ts"))).not.toEqual([]);
    expect(readdirSync(path.join(here, kind, "fixtures"))).not.toEqual([]);
    expect(inside).toContain("trial.testing.ts");
  });

  it("has a configuration whose defaults parse to themselves", () => {
    expect(plugin.config.parse(config)).toEqual(config);
  });

  it("declares dataset and map in the words of the messages", () => {
    expect(DatasetMetadata.parse(dataset.metadata)).toEqual(dataset.metadata);
    expect(DataIngestionMap.parse(map)).toEqual(map);
    expect(parseDuration(dataset.metadata.aggregation_span)).toBeGreaterThanOrEqual(MINUTE);
  });

  it("maps every column once, those of the identity among them", () => {
    expect(doubled(columns)).toEqual([]);
    expect(map.metadata_variables.map(({ column }) => column)).toEqual(
      expect.arrayContaining([...dataset.identity]),
    );
    expect(map.canonical_variables.length).toBeGreaterThan(0);
  });

  it("maps to units of their quantities and to types that there are", () => {
    const faults = map.canonical_variables.map(({ standard_name, cf_unit }) => {
      const name = resolveStandardName(standard_name);
      return unitFault(cf_unit, name.kind === "unknown" ? undefined : name.canonicalUnit, standard_name);
    });
    expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
    const dtypes = [...map.canonical_variables, ...map.metadata_variables].map(({ dtype }) => dtype);
    expect(dtypes.filter((dtype) => canonicalDtype(dtype) === undefined)).toEqual([]);
  });

  it("says whose data it is", () => {
    expect(dataset.licence).not.toBe("");
    expect(dataset.attribution).not.toBe("");
    expect(plugin.title).not.toBe("");
  });

  it("has schedules that can fire", () => {
    for (const { windowSize, interval, lag } of plugin.schedules) {
      expect(windowSize).toBeGreaterThan(0);
      expect(interval).toBeGreaterThanOrEqual(MINUTE);
      expect(lag).toBeGreaterThanOrEqual(0);
    }
  });
});

import { describe, expect, it } from "vitest";
import type { CanonicalVariable, DataIngestionMap } from "../observation/model";
import { checkMap } from "./check";
import { columnChanges, mapDifference } from "./difference";

const variable = (more: Partial<CanonicalVariable> = {}): CanonicalVariable => ({
  column: "t",
  standard_name: "air_temperature",
  cf_unit: "degC",
  level: 2,
  method: "point",
  period: "PT0S",
  dtype: "float64",
  ...more,
});
const axis = { standard_name: "latitude", cf_unit: "degrees_north", from_col: "lat", dtype: "float64" };
const mapOf = (...canonical_variables: CanonicalVariable[]): DataIngestionMap => ({
  datetime: { from_col: "time", dtype: "datetime64[ns, UTC]" },
  lat: axis,
  lon: { ...axis, standard_name: "longitude", cf_unit: "degrees_east", from_col: "lon" },
  canonical_variables,
  metadata_variables: [
    { column: "station_id", dtype: "string" },
    { column: "author", dtype: "string" },
  ],
});
const RULES = { identity: ["station_id"], personal: ["author"], standing: [mapOf(variable())] };

it("a unit that the values do not look like is noted, and no fault; not of a line that stands", () => {
  const spreads = new Map([["t", { p1: 8.6, p99: 8.8 }]]);
  const kelvin = mapOf(variable({ cf_unit: "K" }));
  const { faults, notes } = checkMap(kelvin, { ...RULES, spreads });
  expect(faults).toEqual([]);
  expect(notes).toEqual([
    expect.objectContaining({ column: "t", field: "cf_unit", text: expect.stringContaining("rather degC") }),
  ]);
  expect(checkMap(kelvin, { ...RULES, spreads, standing: [kelvin] }).notes).toEqual([]);
});

describe("faults stand at their column and field", () => {
  it.each([
    [{ standard_name: "air_temprature" }, "standard_name", /no standard name "air_temprature"/],
    [{ cf_unit: "hPa" }, "cf_unit", /"hPa" is of dimension/],
    [{ cf_unit: "degrees of warmth" }, "cf_unit", /is no unit/],
    [{ method: "avg" }, "method", /no cell method "avg"/],
    [{ period: "10 minutes" }, "period", /no ISO 8601 duration/],
    [{ dtype: "decimal" }, "dtype", /no type/],
    [{ column: "author" }, "column", /declared personal/],
  ] as const)("%j", (more, field, text) => {
    const { faults } = checkMap(mapOf(variable(more)), RULES);
    expect(faults).toContainEqual(expect.objectContaining({ field, text: expect.stringMatching(text) }));
    expect(faults.every(({ column }) => column === ("column" in more ? more.column : "t"))).toBe(true);
  });

  it("an unknown name comes with those that may be meant", () => {
    const { faults } = checkMap(mapOf(variable({ standard_name: "air_temprature" })), RULES);
    expect(faults[0]?.suggestions).toContain("air_temperature");
  });

  it("two columns of one name, whatever its case, and one raw column twice", () => {
    const two = checkMap(mapOf(variable(), variable({ column: "t2" })), RULES).faults;
    expect(two).toMatchObject([{ column: "t2", field: "standard_name" }]);
    const twice = checkMap(mapOf(variable(), variable({ level: 10 })), RULES).faults;
    expect(twice).toMatchObject([{ column: "t", field: "column" }]);
  });

  it("no variable at all, a missing identity, an attribute that begins with _", () => {
    const bare = { ...mapOf(), metadata_variables: [{ column: "_x", dtype: "string" }] };
    expect(checkMap(bare, RULES).faults.map(({ column }) => column)).toEqual(["", "station_id", "_x"]);
  });

  it("axes are the plug-in's", () => {
    const moved = { ...mapOf(variable()), datetime: { from_col: "other", dtype: "datetime64[ns, UTC]" } };
    expect(checkMap(moved, RULES).faults).toMatchObject([{ field: "column", text: /axes/ }]);
  });
});

describe("what is good", () => {
  it("a line that stands already passes as it is, even without a CF name", () => {
    const odd = variable({ standard_name: "battery_voltage", cf_unit: "V", method: "avg" });
    expect(checkMap(mapOf(odd), { ...RULES, standing: [mapOf(odd)] })).toEqual({ faults: [], notes: [] });
    expect(checkMap(mapOf(odd), RULES).faults).not.toEqual([]);
  });

  it("a former spelling, a mean of no time and a point with a period are noted", () => {
    const notes = (more: Partial<CanonicalVariable>) => checkMap(mapOf(variable(more)), RULES);
    expect(notes({ standard_name: "air_pressure_at_sea_level", cf_unit: "hPa" })).toMatchObject({
      faults: [],
      notes: [{ field: "standard_name", text: expect.stringContaining("air_pressure_at_mean_sea_level") }],
    });
    expect(notes({ method: "mean" })).toMatchObject({ faults: [], notes: [{ field: "period" }] });
    expect(notes({ period: "PT10M" })).toMatchObject({ faults: [], notes: [{ field: "period" }] });
    expect(notes({ method: "mean", period: "PT10M" })).toEqual({ faults: [], notes: [] });
  });
});

describe("differences", () => {
  const before = mapOf(
    variable(),
    variable({ column: "h", standard_name: "relative_humidity", cf_unit: "%" }),
  );
  const after = mapOf(
    variable({ level: 10, method: "mean" }),
    variable({ column: "p", standard_name: "air_pressure", cf_unit: "hPa" }),
  );

  it("of lines, field by field", () => {
    expect(mapDifference(before, after)).toEqual(
      expect.arrayContaining([
        { column: "t", field: "level", before: "2", after: "10" },
        { column: "t", field: "method", before: "point", after: "mean" },
        {
          column: "h",
          field: "role",
          before: "relative_humidity in %, level 2 m, point, PT0S, float64",
          after: undefined,
        },
        {
          column: "p",
          field: "role",
          before: undefined,
          after: "air_pressure in hPa, level 2 m, point, PT0S, float64",
        },
      ]),
    );
    expect(mapDifference(before, before)).toEqual([]);
  });

  it("of the columns that they make", () => {
    expect(columnChanges(before, after, [])).toEqual({
      added: ["air_pressure__hPa__2.0__point__PT0S"],
      removed: ["relative_humidity__%__2.0__point__PT0S"],
      renamed: [
        {
          column: "t",
          before: "air_temperature__degC__2.0__point__PT0S",
          after: "air_temperature__degC__10.0__mean__PT0S",
        },
      ],
      retyped: [],
    });
    expect(columnChanges(before, mapOf(variable({ dtype: "float32" })), []).retyped).toMatchObject([
      { before: "float64", after: "float32" },
    ]);
  });
});

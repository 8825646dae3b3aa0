import { describe, expect, it } from "vitest";
import { linesOf, newVariable, shownLines, withColumn } from "./draft";

const axis = { standard_name: "latitude", cf_unit: "degrees_north", from_col: "lat", dtype: "float64" };
const temperature = { ...newVariable("t"), standard_name: "air_temperature", cf_unit: "degC", level: 2 };
const MAP = {
  datetime: { from_col: "time", dtype: "datetime64[ns, UTC]" },
  lat: axis,
  lon: { ...axis, standard_name: "longitude", from_col: "lon" },
  canonical_variables: [temperature, { ...temperature, column: "t10", level: 10 }],
  metadata_variables: [
    { column: "station_id", dtype: "string" },
    { column: "author", dtype: "string" },
    { column: "altitude", dtype: "float64" },
  ],
};
const FIXED = { identity: ["station_id"], personal: ["author"] };
const sample = (column: string) => ({
  column,
  type: "DOUBLE",
  filled: 1,
  cells: ["1"],
  range: undefined,
  uncastable: 0,
});

describe("lines", () => {
  const lines = linesOf(MAP, FIXED, [sample("t"), sample("battery"), sample("author")]);

  it("axes, variables, attributes, and what nothing names; each column once", () => {
    expect(lines.map(({ column, role }) => `${role} ${column}`)).toEqual([
      "axis time",
      "axis lat",
      "axis lon",
      "variable t",
      "variable t10",
      "attribute station_id",
      "attribute author",
      "attribute altitude",
      "none battery",
    ]);
    expect(lines.find(({ column }) => column === "t")).toMatchObject({
      makes: "air_temperature__degC__2.0__point__PT0S",
      sample: { filled: 1 },
    });
  });

  it("axes, identities and personal columns are fixed; a personal one makes no column", () => {
    const fixed = lines.filter((line) => line.fixed !== undefined).map(({ column }) => column);
    expect(fixed).toEqual(["time", "lat", "lon", "station_id", "author"]);
    expect(lines.find(({ column }) => column === "author")?.makes).toBeUndefined();
  });

  it("are found by word and kind", () => {
    const columns = (...[words, shown]: [string, "all" | "mapped" | "unmapped" | "changed"]) =>
      shownLines(lines, words, shown, new Set(["t10"])).map(({ column }) => column);
    expect(columns("TEMPERATURE", "all")).toEqual(["t", "t10"]);
    expect(columns("", "unmapped")).toEqual(["battery"]);
    expect(columns("", "changed")).toEqual(["t10"]);
    expect(columns("bat", "mapped")).toEqual([]);
  });
});

describe("a column meant otherwise", () => {
  it("keeps its place as long as it stays what it was", () => {
    const changed = withColumn(MAP, "t", { role: "variable", variable: { ...temperature, level: 5 } });
    expect(changed.canonical_variables.map(({ column, level }) => [column, level])).toEqual([
      ["t", 5],
      ["t10", 10],
    ]);
  });

  it("goes from one list to the other, or from both", () => {
    const attribute = withColumn(MAP, "t", { role: "attribute", dtype: "string" });
    expect(attribute.canonical_variables).toHaveLength(1);
    expect(attribute.metadata_variables.at(-1)).toEqual({ column: "t", dtype: "string" });
    const none = withColumn(attribute, "t", { role: "none" });
    expect(none.metadata_variables).toEqual(MAP.metadata_variables);
    const new_ = withColumn(MAP, "battery", { role: "variable", variable: newVariable("battery") });
    expect(new_.canonical_variables.at(-1)?.column).toBe("battery");
  });
});

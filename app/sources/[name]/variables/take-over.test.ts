import { describe, expect, it } from "vitest";
import type { CanonicalVariable, DataIngestionMap } from "../../../../server/observation/model";
import { newVariable, withColumn } from "./draft";
import { takenOver } from "./take-over";

const axis = { standard_name: "latitude", cf_unit: "degrees_north", from_col: "lat", dtype: "float64" };
const variable = (column: string, more: Partial<CanonicalVariable> = {}) => ({
  ...newVariable(column),
  ...more,
});
const BEGUN: DataIngestionMap = {
  datetime: { from_col: "time", dtype: "datetime64[ns, UTC]" },
  lat: axis,
  lon: { ...axis, standard_name: "longitude", from_col: "lon" },
  canonical_variables: [variable("a"), variable("b"), variable("c")],
  metadata_variables: [{ column: "station_id", dtype: "string" }],
};
const level = (map: DataIngestionMap, column: string, to: number) =>
  withColumn(map, column, { role: "variable", variable: variable(column, { level: to }) });
const levels = ({ canonical_variables }: DataIngestionMap) =>
  canonical_variables.map((each) => `${each.column} ${each.level}`);

describe("a draft on a map that somebody else saved meanwhile", () => {
  it("keeps theirs where only they changed a column, and mine where only I did", () => {
    const { map, theirs, both } = takenOver(BEGUN, level(BEGUN, "a", 2), level(BEGUN, "b", 10));
    expect(levels(map)).toEqual(["a 2", "b 10", "c 0"]);
    expect(theirs).toEqual(["b"]);
    expect(both).toEqual([]);
  });

  it("names a column that both changed, and keeps mine", () => {
    const inForce = level(level(BEGUN, "a", 5), "b", 10);
    const { map, theirs, both } = takenOver(BEGUN, level(BEGUN, "a", 2), inForce);
    expect(levels(map)).toEqual(["a 2", "b 10", "c 0"]);
    expect(theirs).toEqual(["a", "b"]);
    expect(both).toEqual(["a"]);
  });

  it("finds nothing to choose where both made the same change", () => {
    const same = level(BEGUN, "a", 2);
    expect(takenOver(BEGUN, same, same)).toMatchObject({ map: same, theirs: ["a"], both: [] });
  });

  it("takes over what became an attribute or nothing, and what is new", () => {
    const none = withColumn(BEGUN, "a", { role: "none" });
    const mine = withColumn(none, "c", { role: "attribute", dtype: "string" });
    const inForce = withColumn(BEGUN, "d", { role: "variable", variable: variable("d") });
    const { map, theirs } = takenOver(BEGUN, mine, inForce);
    expect(levels(map)).toEqual(["b 0", "d 0"]);
    expect(map.metadata_variables.map(({ column }) => column)).toEqual(["station_id", "c"]);
    expect(theirs).toEqual(["d"]);
  });

  it("takes another spelling of a type for no change", () => {
    const typed = { role: "variable", variable: variable("a", { dtype: "Float64" }) } as const;
    expect(takenOver(BEGUN, level(BEGUN, "b", 2), withColumn(BEGUN, "a", typed)).theirs).toEqual([]);
  });
});

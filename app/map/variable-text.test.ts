import { expect, it } from "vitest";
import { drawnVariables, othersOf, type Variable, withUnit } from "./variable-text";

const temperature = (unit: string, level: number): Variable => ({
  name: `air_temperature__${unit}__${level}.0__point__PT0S`,
  role: "variable",
  dtype: "float64",
  standardName: "air_temperature",
  unit,
  level,
  method: "point",
  period: "PT0S",
});
const humidity: Variable = { ...temperature("1", 2), name: "humidity", standardName: "relative_humidity" };
const raw: Variable = { name: "battery", role: "variable", dtype: "float64" };

it("of a variable that a map change made another column of, the others are found", () => {
  const [before, now, higher] = [
    temperature("degC", 2),
    temperature("degF", 2),
    temperature("degC", 10),
  ] as const;
  const all = [before, now, higher, humidity, raw];
  expect(othersOf(now, all)).toEqual([before, higher]);
  expect(othersOf(humidity, all)).toEqual([]);
  // Without a standard name nothing says that two are the same.
  expect(othersOf(raw, [...all, { ...raw, name: "signal" }])).toEqual([]);
  expect([before, now, raw].map(withUnit)).toEqual([
    "air_temperature, 2 m (degC)",
    "air_temperature, 2 m (degF)",
    "battery",
  ]);
});

it("texts are not drawn", () => {
  expect(drawnVariables([humidity, { ...raw, dtype: "string" }, { ...raw, role: "metadata" }])).toEqual([
    humidity,
  ]);
});

import { expect, it } from "vitest";
import { valueText } from "./value-text";

it.each([
  [20.5, "degC", "20.5\u202fdegC"],
  [-0.123456, "", "\u22120.123456"],
  [-0, "m", "0\u202fm"],
  [101325.04, "Pa", "101325\u202fPa"],
  [0.5, "1", "0.5"],
  [Number.NaN, "degC", "missing"],
])("%d in %s is %s", (value, unit, text) => {
  expect(valueText(value, unit)).toBe(text);
});

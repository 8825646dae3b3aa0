import { expect, it } from "vitest";
import { convertedCells } from "./converted";

const canonical = (...args: Parameters<typeof convertedCells>) =>
  convertedCells(...args).map((cell) => cell.canonical);

it.each([
  [["20"], "degC", "K", { standard_name: "air_temperature", method: "point" }, ["293.15 K"]],
  // A spread of temperatures is no temperature (wis2box #1150).
  [["20"], "degC", "K", { standard_name: "air_temperature", method: "standard_deviation" }, ["20 K"]],
  [["1013.2"], "hPa", "Pa", { standard_name: "air_pressure", method: "mean" }, ["101320 Pa"]],
  [["3"], "mm", "kg m-2", { standard_name: "precipitation_amount", method: "sum" }, ["3 kg m-2"]],
  [["20"], "hPa", "K", { standard_name: "air_temperature", method: "point" }, [undefined]],
  [["n/a", ""], "degC", "K", { standard_name: "air_temperature", method: "point" }, [undefined, undefined]],
] as const)("%j in %s", (cells, unit, canonicalUnit, measured, expected) => {
  expect(canonical(cells, unit, canonicalUnit, measured)).toEqual(expected);
});

it("without a canonical unit the declared one is shown alone", () => {
  expect(convertedCells(["7.50"], "V", undefined, { standard_name: "x", method: "point" })).toEqual([
    { raw: "7.50", declared: "7.5 V", canonical: undefined },
  ]);
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseUnit } from "./parse-unit";
import type { Unit } from "./unit";
import { type ConversionOptions, convert, converter, convertible } from "./unit-conversion";

function unit(text: string): Unit {
  const parsed = parseUnit(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.unit;
}

const converted = (value: number, from: string, to: string, options?: ConversionOptions) =>
  convert(value, unit(from), unit(to), options);

/** Within 1e-5 of what is wanted: what udunits2's six digits can tell. */
function near(got: number, wanted: number) {
  expect(Math.abs(got - wanted)).toBeLessThanOrEqual(1e-5 * Math.abs(wanted));
}

// Every conversion that the networks' units call for; the figures are udunits2's (2.2.28).
const CONVERSIONS: readonly (readonly [value: number, from: string, to: string, wanted: number])[] = [
  [12.3, "degC", "K", 285.45],
  [0, "degC", "K", 273.15],
  [-5, "degC", "K", 268.15],
  [50, "degF", "degC", 10],
  [32, "degF", "K", 273.15],
  [0, "K", "degC", -273.15],
  [285.45, "K", "degC", 12.3],
  [1013.25, "hPa", "Pa", 101325],
  [1013.25, "mbar", "Pa", 101325],
  [101240, "Pa", "hPa", 1012.4],
  [29.92, "inHg", "hPa", 1013.21],
  [760, "mmHg", "Pa", 101325],
  [101.325, "kPa", "Pa", 101325],
  [1.01325, "bar", "hPa", 1013.25],
  [14.7, "psi", "Pa", 101353],
  [36, "km h-1", "m s-1", 10],
  [35, "km/h", "m s-1", 9.72222],
  [10, "knot", "m s-1", 5.14444],
  [10, "kt", "m s-1", 5.14444],
  [10, "mile/hour", "m s-1", 4.4704],
  [65, "%", "1", 0.65],
  [0.48, "1", "%", 48],
  [0.5, "mg m-3", "kg m-3", 5e-7],
  [20.5, "ug m-3", "kg m-3", 2.05e-8],
  [20.5, "ug/m3", "kg m-3", 2.05e-8],
  [20.5, "µg/m³", "kg m-3", 2.05e-8],
  [420, "ppm", "1", 0.00042],
  [420, "umol mol-1", "1", 0.00042],
  [40, "ppb", "1", 4e-8],
  [40, "ppb", "ppm", 0.04],
  [512.5, "W m-2", "W m-2", 512.5],
  [3.6, "MJ m-2", "W s m-2", 3.6e6],
  [10, "minutes", "s", 600],
  [10, "min", "s", 600],
  [2.5, "h", "s", 9000],
  [90, "degree", "rad", 1.5708],
  [180, "degree", "degrees_true", 180],
  [30, "cm", "m", 0.3],
  [3.2, "mm", "m", 0.0032],
  [3.6, "mm h-1", "m s-1", 1e-6],
  [3.2, "l/m2", "mm", 3.2],
  [25, "cm-3", "m-3", 2.5e7],
  [0.65, "K hm-1", "K m-1", 0.0065],
  [0.65, "K (100 m)-1", "K m-1", 0.0065],
  [6.5, "degC km-1", "K m-1", 0.0065],
  [1.8, "hPa h-1", "Pa s-1", 0.05],
  [-60, "dBm", "mW", 1e-6],
  [1e-6, "mW", "dBm", -60],
  [30, "dBm", "W", 1],
  [8.5, "g kg-1", "1", 0.0085],
  [1, "uSv/h", "Gy s-1", 2.77778e-10],
  [1, "month", "day", 30.4368],
  [1, "year", "day", 365.242],
  // With `dB` ours alone.
  [20, "dB", "1", 100],
];

describe("conversions", () => {
  it.each(CONVERSIONS)("%d %s in %s is %d", (value, from, to, wanted) =>
    near(converted(value, from, to), wanted),
  );

  // Exactly, not within a tolerance: what a person writes down in decimals comes out as its nearest double.
  it.each([
    [12.3, "degC", "K", 285.45],
    [50, "degF", "degC", 10],
    [36, "km h-1", "m s-1", 10],
    [35, "km h-1", "m s-1", 35 / 3.6],
    [20.5, "ug m-3", "kg m-3", 2.05e-8],
    [65, "%", "1", 0.65],
    [3.2, "mm", "m", 0.0032],
    [101240, "Pa", "hPa", 1012.4],
    [1013.25, "hPa", "Pa", 101325],
    [-71.25, "dBm", "dBm", -71.25],
  ])("%d %s in %s is exactly %d", (value, from, to, wanted) =>
    expect(converted(value, from, to)).toBe(wanted),
  );

  it.each([
    ["mm", "kg m-2"],
    ["kg m-2", "mm"],
    ["mm h-1", "kg m-2 s-1"],
    ["lx", "W m-2"],
    ["J m-2", "W m-2"],
    ["ppm", "mg m-3"],
    ["m s-1", "s m-1"],
    ["W m-2 sr-1", "W"],
  ])("%s does not convert to %s", (from, to) =>
    expect(() => converted(1, from, to)).toThrow(/does not convert to/),
  );

  it("leaves a missing value missing", () => expect(converted(Number.NaN, "degC", "K")).toBeNaN());

  it("comes back to where it began", () => {
    const pairs = CONVERSIONS.filter(([, from, to]) => !/dB/.test(`${from}${to}`));
    fc.assert(
      fc.property(
        fc.constantFrom(...pairs),
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        ([, from, to], value) => {
          const back = converted(converted(value, from, to), to, from);
          expect(Math.abs(back - value)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value)));
        },
      ),
    );
  });
});

describe("liquid water", () => {
  it.each([
    ["rainfall_amount", 3.2, "mm", "kg m-2", 3.2],
    ["precipitation_amount", 3.2, "mm", "kg m-2", 3.2],
    ["precipitation_amount", 3.2, "l/m2", "kg m-2", 3.2],
    ["rainfall_flux", 3.6, "mm h-1", "kg m-2 s-1", 0.001],
    ["lwe_precipitation_rate", 3.6, "kg m-2 h-1", "m s-1", 1e-6],
    ["thickness_of_rainfall_amount", 3.2, "kg m-2", "m", 0.0032],
    ["lwe_thickness_of_snowfall_amount", 5, "kg m-2", "mm", 5],
  ])("%s: %d %s is %s %d", (standardName, value, from, to, wanted) =>
    expect(converted(value, from, to, { standardName })).toBeCloseTo(wanted, 12),
  );

  it.each([
    ["surface_snow_thickness", "mm", "kg m-2"],
    ["thickness_of_snowfall_amount", "cm", "kg m-2"],
    ["snowfall_amount", "mm", "kg m-2"],
    ["solid_precipitation_flux", "mm h-1", "kg m-2 s-1"],
    ["rainfall_amount", "mm h-1", "kg m-2"],
    ["rainfall_amount", "K", "kg m-2"],
    ["soil_temperature", "mm", "kg m-2"],
  ])("%s has no bridge from %s to %s", (standardName, from, to) =>
    expect(() => converted(1, from, to, { standardName })).toThrow(/does not convert to/),
  );

  it("is told beforehand by name: without one, millimetres are no mass", () => {
    const [depth, mass] = [unit("mm"), unit("kg m-2")];
    expect(convertible(depth, mass, "rainfall_amount")).toBe(true);
    expect(convertible(depth, mass, "surface_snow_thickness")).toBe(false);
    expect(convertible(depth, mass)).toBe(false);
  });
});

describe("differences", () => {
  it.each([
    [1.5, "degC", "K", 1.5],
    [9, "degF", "K", 5],
    [1.8, "K", "degF", 3.24],
    [6.5, "degC km-1", "K m-1", 0.0065],
  ])("of %d %s are %s %d", (value, from, to, wanted) =>
    expect(converted(value, from, to, { difference: true })).toBeCloseTo(wanted, 12),
  );

  it("of levels are refused", () =>
    expect(() => converter(unit("dBm"), unit("mW"), { difference: true })).toThrow(/difference of levels/));
});

import { describe, expect, it } from "vitest";
import table from "./cf-table.json" with { type: "json" };
import { parseUnit } from "./parse-unit";
import { isTemperatureDifference } from "./temperature-difference";
import { sameDimension, type Unit } from "./unit";
import { convert, convertible } from "./unit-conversion";
import { unitFault } from "./unit-fault";

function unit(text: string): Unit {
  const parsed = parseUnit(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.reason}`);
  return parsed.unit;
}

const close = (value: number, wanted: number) =>
  expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-5 * Math.abs(wanted));

describe("conversions that the networks need", () => {
  it.each([
    [12.3, "degC", "K", 285.45],
    [-5, "degC", "K", 268.15],
    [50, "degF", "degC", 10],
    [0, "K", "degC", -273.15],
    [1013.25, "hPa", "Pa", 101325],
    [1013.25, "mbar", "Pa", 101325],
    [101240, "Pa", "hPa", 1012.4],
    [29.92, "inHg", "hPa", 1013.21],
    [36, "km h-1", "m s-1", 10],
    [10, "knot", "m s-1", 5.14444],
    [10, "mile/hour", "m s-1", 4.4704],
    [65, "%", "1", 0.65],
    [0.48, "1", "%", 48],
    [20.5, "ug m-3", "kg m-3", 2.05e-8],
    [20.5, "µg/m³", "kg m-3", 2.05e-8],
    [420, "umol mol-1", "1", 0.00042],
    [40, "ppb", "ppm", 0.04],
    [3.6, "MJ m-2", "W s m-2", 3.6e6],
    [2.5, "h", "s", 9000],
    [90, "degree", "rad", 1.5708],
    [3.6, "mm h-1", "m s-1", 1e-6],
    [25, "cm-3", "m-3", 2.5e7],
    [0.65, "K hm-1", "K m-1", 0.0065],
    [0.65, "K (100 m)-1", "K m-1", 0.0065],
    [1.8, "hPa h-1", "Pa s-1", 0.05],
    [-60, "dBm", "mW", 1e-6],
    [6.5, "degC km-1", "K m-1", 0.0065],
  ])("%d %s to %s is %d", (value, from, to, wanted) => {
    close(convert(value, unit(from), unit(to)), wanted);
    close(convert(convert(value, unit(from), unit(to)), unit(to), unit(from)), value || 0);
  });

  it("takes no offset from a difference of temperatures", () => {
    expect(convert(2, unit("degC"), unit("K"), { difference: true })).toBe(2);
    expect(isTemperatureDifference({ standard_name: "air_temperature", method: "standard_deviation" })).toBe(
      true,
    );
    expect(isTemperatureDifference({ standard_name: "air_temperature", method: "point" })).toBe(false);
  });

  it("makes kilograms of millimetres for liquid water only", () => {
    const [mm, load] = [unit("mm"), unit("kg m-2")];
    close(convert(3.2, mm, load, { standardName: "rainfall_amount" }), 3.2);
    expect(convertible(mm, load)).toBe(false);
    expect(convertible(mm, load, "surface_snow_thickness")).toBe(false);
  });

  it.each([
    ["lx", "W m-2"],
    ["J m-2", "W m-2"],
    ["ppm", "mg m-3"],
    ["kg m-2", "mm"],
  ])("refuses %s to %s", (from, to) =>
    expect(() => convert(1, unit(from), unit(to))).toThrow(/does not convert/),
  );
});

describe("spellings", () => {
  it.each([
    ["deg", "degree"],
    ["Cel", "degC"],
    ["ºC", "degC"],
    ["˚C", "degC"],
    ["degrees_C", "degC"],
    ["ug/m^3", "ug m-3"],
    ["㎍/㎥", "ug m-3"],
    ["m/s", "m s-1"],
    ["m s**-1", "m s-1"],
    ["m s⁻¹", "m s-1"],
    ["W/m2", "W m-2"],
    ["Wm-2", "W m-2"],
    ["kg/m2", "kg m-2"],
    ["percent", "%"],
    ["unitless", "1"],
    ["", "1"],
  ])("%j is %s", (text, same) => {
    expect(sameDimension(unit(text), unit(same))).toBe(true);
    close(convert(1, unit(text), unit(same)), 1);
  });

  it.each(["HPA", "pa", "mb", "mph", "C", "nonsense", "m s-", "((m)"])(
    "%j is refused with a reason",
    (text) => {
      const parsed = parseUnit(text);
      expect(parsed.ok).toBe(false);
      expect(parsed.ok ? "" : parsed.reason).not.toBe("");
    },
  );

  it("all canonical units of CF parse", () => {
    const refused = Object.keys(table.names).filter((text) => !parseUnit(text).ok);
    expect(refused).toEqual([]);
    expect(Object.keys(table.names).length).toBeGreaterThan(100);
  });
});

describe("units of names", () => {
  it.each([
    ["degC", "K"],
    ["hPa", "Pa"],
    ["%", "1"],
    ["km h-1", "m s-1"],
  ])("%s fits %s", (text, canonical) => expect(unitFault(text, canonical)).toBeUndefined());

  it.each([
    ["hPa", "K"],
    ["degC/100m", "K m-1"],
    ["pa", "Pa"],
  ])("%s does not fit %s", (text, canonical) => expect(unitFault(text, canonical)).toBeTypeOf("string"));
});

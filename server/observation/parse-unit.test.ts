import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "./cf-table.json" with { type: "json" };
import { parseUnit } from "./parse-unit";
import { toNumber } from "./rational";
import { dimensionText, sameDimension, type Unit } from "./unit";

function unit(text: string): Unit {
  const parsed = parseUnit(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.unit;
}

const alike = (a: string, b: string) => expect(unit(a)).toEqual(unit(b));

describe("units that UDUNITS reads", () => {
  it.each([
    ["degC", "deg_C degree_C degrees_C degreeC celsius Celsius degree_Celsius °C ℃ DEGC"],
    ["W m-2", "W/m2"],
    ["kg m-2", "kg/m2"],
    ["K", "Kelvin kelvins degK °K"],
    ["degree", "degrees degree_true degrees_true degree_T arc_degree ° DEGREE degree_north degrees_east"],
    ["ug m-3", "ug/m3 ug.m-3 ug/m^3 µg/m³ μg/m³ micrograms/m3 µg·m-3"],
    ["m s-1", "m/s m.s-1 m·s-1 m*s-1 meter/second m/sec"],
    ["%", "percent"],
    ["knot", "knots kt kts"],
    ["hPa", "mbar millibar hectopascal Hectopascal"],
    ["mmHg", "torr"],
    ["inHg", "inch_Hg"],
    ["min", "minute minutes"],
    ["s", "sec second seconds"],
    ["h", "hr hour hours"],
    ["d", "day days"],
    ["1", "count counts"],
    ["km", "kilometre kilometers"],
    ["1e-6", "ppm ppmv"],
  ])("%s is also %s", (text, others) => {
    for (const other of others.split(" ")) alike(other, text);
  });

  it.each([
    ["m s^-1", "m s-1"],
    ["m s**-1", "m s-1"],
    ["  m   s-1 ", "m s-1"],
    ["metres per second", "m s-1"],
    ["W m-2 sr-1 (m-1)-1", "W m-1 sr-1"],
    ["K/(100 m)", "K hm-1"],
    ["kg-m", "kg m"],
    ["1e-3 kg", "g"],
    ["K @ 273.15", "degC"],
    ["K from 273.15", "degC"],
    ["0.1 lg(re 1 mW)", "dBm"],
    ["m\u00a0s-1", "m s-1"],
    ["degC1", "degC"],
    ["m0", "1"],
    ["", "1"],
  ])("%s is %s", alike);

  it.each([
    // What UDUNITS reads in dangerous spellings when they stand inside a longer text, where only the dimension tells.
    ["(pa)", "m2", 1e-10],
    ["(mb)", "m2", 1e-31],
    ["(mph)", "m-2 cd rad2", 10],
    ["(C)", "s A", 1],
    ["(degC/100m)", "m K", 0.01],
    ["(ms-1)", "s-1", 1000],
    ["H", "m2 kg s-2 A-2", 1],
    ["(km/H)", "m-1 kg-1 s2 A2", 1000],
    ["(PA)", "A", 1e15],
    ["(kph)", "m-2 cd rad2", 1e7],
    ["degrees C2", "s2 A2 rad", Math.PI / 180],
    ["degC2", "K2", 1],
    ["kg degree_C m-2", "m-2 kg K", 1],
    ["m year-1", "m s-1", 1 / 3.15569259747e7],
  ])("%s has the dimension %s", (text, dimension, scale) => {
    expect(dimensionText(unit(text).dimension)).toBe(dimension);
    expect(toNumber(unit(text).scale)).toBeCloseTo(scale, 40);
  });

  it("reads every canonical unit of CF's table", () => {
    const units = Object.keys(table.names);
    expect(units.length).toBeGreaterThan(100);
    expect(units.filter((text) => !parseUnit(text).ok)).toEqual([]);
  });

  it("knows levels for what they are", () => {
    for (const text of ["dB", "dBm", "dBZ"]) expect(unit(text).logarithm?.base).toBe(10);
    expect(unit("W").logarithm).toBeUndefined();
  });
});

describe("spellings that UDUNITS does not know", () => {
  it.each([
    ["ºC", "degC"],
    ["˚C", "degC"],
    ["Cel", "degC"],
    ["deg", "degree"],
    ["º", "degree"],
    ["mcg/m3", "ug m-3"],
    ["㎍/㎥", "ug m-3"],
    ["m s⁻¹", "m s-1"],
    ["W m⁻²", "W m-2"],
    ["Wm-2", "W m-2"],
    ["kgm-2", "kg m-2"],
    ["mmh-1", "mm h-1"],
    ["Jm-2", "J m-2"],
    ["Ws/m2", "W s m-2"],
    ["per mil", "1e-3"],
    ["unitless", "1"],
    ["none", "1"],
    ["index", "1"],
    ["fraction", "1"],
    ["dimensionless", "1"],
    ["okta", "0.125"],
    ["octa", "0.125"],
    ["kn", "knot"],
    ["kmh", "km h-1"],
    ["m s−1", "m s-1"],
  ])("%s is read as %s", (text, wanted) => {
    alike(text, wanted);
    expect(parseUnit(text)).toMatchObject({ ok: true, aliased: true });
  });

  // E-SOH's own that need no alias.
  it.each(["W/m2", "kg/m2", "W.s.m-2", "mm/h", "umol.m-2.s-1", "hPa", "m/s"])("%s needs no alias", (text) =>
    expect(parseUnit(text)).toMatchObject({ ok: true, aliased: false }),
  );
});

describe("what is refused", () => {
  it.each([
    ["C", /coulomb.*degC/],
    ["deg C", /degC/],
    ["degrees C", /degC/],
    ["pa", /pico-are.*Pa/],
    ["PA", /Pa/],
    ["HPA", /hPa/],
    ["hpa", /hPa/],
    ["mb", /millibarn.*mbar/],
    ["mph", /mile\/hour/],
    ["kph", /km h-1/],
    ["km/H", /henry/],
    ["Km/h", /km h-1/],
    ["KM/H", /km h-1/],
    ["M", /write m/],
    ["k", /write K/],
    ["degC/100m", /\(100 m\)-1/],
    ["K/100m", /\(100 m\)-1/],
    ["#/cm3", /cm-3/],
    ["dBA", /weighted/],
    ["dB(A)", /weighted/],
    ["dBz", /dBZ/],
    ["CSQ", /modem/],
    ["UVI", /index/],
    ["psu", /salinity/],
    ["ms-1", /millisecond.*write m s-1/],
    ["ms^-1", /write m s-1/],
    ["ms⁻¹", /write m s-1/],
    ["(((((1e99)^20)^20)^20)^20)^20", /beyond any use/],
    ["1e99 1e99 1e99 1e99 m", /beyond any use/],
    ["hello", /"hello" is not known/],
    ["m s -1", /right behind its unit/],
    ["0 m", /no factor/],
    ["m0.5", /whole numbers/],
    ["m2.5", /whole numbers/],
    ["m^", /no meaning/],
    ["(m", /not closed/],
    ["((m)", /not closed/],
    ["m s-", /missing at its end/],
    ["m)", /goes on/],
    ["/s", /stands where a unit is wanted/],
    ["m /", /missing/],
    ["m99999", /beyond any use/],
    ["1e400 m", /beyond any use/],
    ["days since 1970-01-01", /zero|goes on/],
    ["dBm s-1", /stands alone/],
    ["dBm2", /no powers/],
    ["x".repeat(300), /300 characters/],
  ])("%s", (text, reason) => {
    const parsed = parseUnit(text);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? "" : parsed.reason).toMatch(reason);
  });

  it("ends with an answer for any text", () => {
    const pieces = fc.constantFrom(
      "m",
      "s",
      "deg",
      "C",
      " ",
      "/",
      "*",
      "^",
      "-",
      "2",
      "1e9",
      "(",
      ")",
      "@",
      ".",
      "lg(re ",
      "µ",
      "²",
      "%",
    );
    const text = fc.oneof(
      fc.string({ maxLength: 40, unit: "grapheme" }),
      fc.array(pieces, { maxLength: 30 }).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(text, (given) => typeof parseUnit(given).ok === "boolean"),
      { numRuns: 2000 },
    );
  });
});

describe("dimensions", () => {
  it.each([
    ["hPa", "inHg", true],
    ["degC", "K", true],
    ["degree", "1", true],
    ["mm", "kg m-2", false],
    ["J", "W", false],
    ["dBm", "W", true],
    ["dB", "dBm", false],
  ])("of %s and %s are the same: %s", (a, b, same) => expect(sameDimension(unit(a), unit(b))).toBe(same));
});

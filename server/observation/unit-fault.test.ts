import { describe, expect, it } from "vitest";
import { resolveStandardName } from "./standard-name";
import { isTemperatureDifference } from "./temperature-difference";
import { unitFault } from "./unit-fault";

function faultOf(name: string, unit: string) {
  const resolved = resolveStandardName(name);
  return unitFault(unit, resolved.kind === "unknown" ? undefined : resolved.canonicalUnit, name);
}

describe("a unit and its standard name", () => {
  it.each([
    ["air_temperature", "degC"],
    ["air_temperature", "degF"],
    ["relative_humidity", "%"],
    ["wind_from_direction", "deg"],
    ["wind_from_direction", "degrees_true"],
    ["precipitation_amount", "mm"],
    ["rainfall_flux", "mm/h"],
    ["wind_speed", "km h-1"],
    ["lwe_precipitation_rate", "mm h-1"],
    ["sound_pressure_level_in_air", "dB"],
    ["air_pressure_at_sea_level", "hPa"],
    ["mole_fraction_of_ozone_in_air", "ppb"],
    ["battery_level", "V"],
    ["air_temperature_lapse_rate", "degC km-1"],
    ["latitude", "degrees_north"],
  ])("%s in %s is right", (name, unit) => expect(faultOf(name, unit)).toBeUndefined());

  it.each([
    ["air_pressure", "(mb)", /dimension m2.*m-1 kg s-2/],
    ["air_pressure", "mb", /millibarn/],
    ["air_pressure", "pa", /pico-are/],
    ["air_temperature", "hPa", /dimension m-1 kg s-2.*K/],
    ["air_temperature_lapse_rate", "degC/100m", /\(100 m\)-1/],
    ["wind_speed", "degC", /dimension K.*m s-1/],
    ["wind_from_direction", "%", /dimension 1.*rad/],
    ["relative_humidity", "degree", /dimension rad.* of 1;/],
    ["surface_snow_thickness", "kg m-2", /m-2 kg/],
    ["snowfall_amount", "mm", /dimension m,/],
    ["sound_pressure_level_in_air", "1", /level/],
    ["mole_fraction_of_ozone_in_air", "ug m-3", /m-3 kg/],
    ["battery_level", "foo", /not known/],
  ])("%s in %s is not", (name, unit, reason) => expect(faultOf(name, unit)).toMatch(reason));
});

it.each([
  ["air_temperature", "hPa", "give K, degC, degF"],
  ["air_pressure", "degC", "give Pa, hPa, mmHg"],
  ["wind_speed", "degC", "give m s-1, km h-1, knot"],
  ["precipitation_amount", "degC", "give kg m-2, mm"],
  ["rainfall_flux", "degC", "give kg m-2 s-1, mm h-1"],
  ["relative_humidity", "degC", "give 1, %, ppm, ppb"],
  ["wind_from_direction", "m", "give degree, rad"],
  ["sound_pressure_level_in_air", "1", "give dB"],
])("%s in %s: units that fit are named", (name, unit, given) => {
  const fault = faultOf(name, unit) ?? "";
  expect(fault.slice(fault.indexOf("; ") + 2)).toBe(given);
  // Each of them is taken.
  for (const each of given.replace("give ", "").split(", ")) expect(faultOf(name, each)).toBeUndefined();
});

it.each([
  ["wind_speed", "blorp s-1", '"blorp s-1" is no unit: "blorp" is not known; give m s-1'],
  ["air_temperature", "blorp", '"blorp" is not known as a unit; give K, degC, degF'],
  ["wind_speed", "blorp", '"blorp" is not known as a unit; give m s-1, km h-1, knot'],
  ["battery_level", "blorp", '"blorp" is not known as a unit'],
])("%s in %s, which nobody knows: it is said once, with units that fit", (name, unit, begins) => {
  const fault = faultOf(name, unit) ?? "";
  expect(fault.startsWith(begins)).toBe(true);
  expect(fault.split("give").length).toBeLessThanOrEqual(2);
});

it("what says already what to write is left as it is", () => {
  expect(faultOf("air_temperature", "dBz")?.match(/write|give/g)).toEqual(["write"]);
});

describe("a unit of what is squared", () => {
  it.each([
    ["K", "K2", "variance"],
    ["m s-1", "m2 s-2", "variance"],
    ["m s-1", "km2 h-2", "sum_of_squares"],
    ["K", "degC", "root_mean_square"],
  ])("%s squared in %s, %s, is right", (canonical, unit, method) =>
    expect(unitFault(unit, canonical, "air_temperature", method)).toBeUndefined(),
  );
  it.each([
    ["K", "degC", "variance", /square of its quantity, K2/],
    ["K", "K", "sum_of_squares", /a sum of squares is of the square/],
    ["K", "K2", "mean", /is of dimension K2/],
  ])("%s squared in %s, %s, is not", (canonical, unit, method, reason) =>
    expect(unitFault(unit, canonical, "air_temperature", method)).toMatch(reason),
  );
});

describe("temperature differences", () => {
  it.each([
    ["air_temperature", "standard_deviation", true],
    ["air_temperature", "range", true],
    ["air_temperature", "variance", true],
    ["air_temperature_anomaly", "point", true],
    ["sea_water_temperature_difference", "mean", true],
    ["air_temperature_lapse_rate", "point", true],
    ["dew_point_depression", "point", true],
    ["change_over_time_in_sea_water_temperature", "point", true],
    ["difference_between_sea_surface_temperature_and_air_temperature", "point", true],
    ["air_temperature standard_error", "point", true],
    ["air_temperature", "point", false],
    ["air_temperature", "mean", false],
    ["air_temperature", "maximum", false],
    ["dew_point_temperature", "point", false],
  ])("%s, %s: %s", (standard_name, method, wanted) =>
    expect(isTemperatureDifference({ standard_name, method })).toBe(wanted),
  );
});

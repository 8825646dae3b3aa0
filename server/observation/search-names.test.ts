import { expect, it } from "vitest";
import { searchNames } from "./search-names";

it.each([
  ["air temperature", "air_temperature"],
  ["air_temperature", "air_temperature"],
  ["temp", "air_temperature"],
  ["dewpoint", "dew_point_temperature"],
  ["gust", "wind_speed_of_gust"],
  ["wind direction", "wind_from_direction"],
  ["pm2.5", "mass_concentration_of_pm2p5_ambient_aerosol_particles_in_air"],
  ["QFE", "surface_air_pressure"],
  ["noise", "sound_pressure_level_in_air"],
  ["rain gauge", "lwe_thickness_of_precipitation_amount"],
  ["global radiation", "surface_downwelling_shortwave_flux_in_air"],
  ["K", "air_temperature"],
  ["temperature K", "air_temperature"],
  ["ozone ug/m3", "mass_concentration_of_ozone_in_air"],
])("%s finds %s first", (asked, name) => {
  expect(searchNames(asked, 5)[0]?.name).toBe(name);
});

it("by unit alone: all that can be given in it, what networks use first", () => {
  const names = searchNames("hPa", 400);
  expect(names.slice(0, 12).map(({ name }) => name)).toContain("air_pressure");
  expect(new Set(names.map(({ canonicalUnit }) => canonicalUnit))).toEqual(new Set(["Pa", "dbar", "N m-2"]));
});

it.each(["K", "kg m-2", "m", "Pa"])("a unit as it is spelt, %s: those that have it come first", (unit) => {
  const found = searchNames(unit, 10).map(({ canonicalUnit }) => canonicalUnit);
  expect(new Set(found)).toEqual(new Set([unit]));
});

it("by a deprecated spelling, which is told", () => {
  expect(searchNames("air_pressure_at_sea_level", 3)[0]).toMatchObject({
    name: "air_pressure_at_mean_sea_level",
    alias: "air_pressure_at_sea_level",
  });
});

it("reaches the whole table, and finds nothing for what is in none of it", () => {
  expect(searchNames("age of sea ice", 1)[0]).toMatchObject({
    name: "age_of_sea_ice",
    description: undefined,
  });
  expect(searchNames("flux capacitor", 5)).toEqual([]);
});

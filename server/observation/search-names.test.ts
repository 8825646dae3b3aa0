import { expect, it } from "vitest";
import { nameDescription } from "./name-descriptions";
import { PHRASED_NAMES } from "./network-phrases";
import { searchNames } from "./search-names";
import { resolveStandardName } from "./standard-name";

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

const PM = ["pm10", "pm2p5"].map((size) => `mass_concentration_of_${size}_ambient_aerosol_particles_in_air`);

it.each([
  [
    "feels like",
    ["apparent_air_temperature", "heat_index_of_air_temperature", "wind_chill_of_air_temperature"],
  ],
  ["heat index", ["heat_index_of_air_temperature"]],
  ["wind chill", ["wind_chill_of_air_temperature"]],
  ["windchill", ["wind_chill_of_air_temperature"]],
  ["Humidex", ["apparent_air_temperature", "heat_index_of_air_temperature"]],
  ["UV", ["ultraviolet_index"]],
  ["uv index", ["ultraviolet_index"]],
  ["AQI", PM],
  ["air quality", PM],
  ["particulates", PM],
  ["lightning", ["frequency_of_lightning_flashes_per_unit_area"]],
  ["lightning strikes", ["frequency_of_lightning_flashes_per_unit_area"]],
  ["snow depth", ["surface_snow_thickness"]],
  ["soil moisture", ["volume_fraction_of_condensed_water_in_soil"]],
  ["visibility", ["visibility_in_air"]],
  ["cloud cover", ["cloud_area_fraction"]],
  ["cloud ceiling", ["cloud_base_altitude"]],
  ["sunshine", ["duration_of_sunshine"]],
  ["sun hours", ["duration_of_sunshine"]],
  // By stem.
  ["gusts", ["wind_speed_of_gust"]],
  ["temperatures", ["air_temperature"]],
  ["feeling", ["apparent_air_temperature"]],
  ["cloudy", ["cloud_area_fraction"]],
  // CF's table has nothing of leaves that are wet.
  ["leaf wetness", []],
])("what networks call %s leads to what CF has", (asked, names) => {
  const found = searchNames(asked, 5).map(({ name }) => name);
  expect(found.slice(0, names.length).toSorted()).toEqual(names.toSorted());
  expect(found[0]).toBe(names[0]);
});

it.each(PHRASED_NAMES)("%s, which networks call otherwise, is a current name with a description", (name) => {
  expect(resolveStandardName(name).kind).toBe("current");
  expect(nameDescription(name)).toBeDefined();
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

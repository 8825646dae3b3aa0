import { describe, expect, it } from "vitest";
import { resolveStandardName } from "../observation/standard-name";
import { unitFault } from "../observation/unit-fault";
import { USUAL_VALUES } from "../observation/usual-values";
import type { ColumnSample } from "./model";
import { SUGGESTION_RULES, suggestVariables } from "./suggest";

const sample = (column: string, p1?: number, p99?: number): ColumnSample => ({
  column,
  type: "DOUBLE",
  filled: 100,
  cells: [],
  range: p1 === undefined || p99 === undefined ? undefined : { low: p1, high: p99, p1, p99 },
  uncastable: 0,
});
const suggested = (...args: Parameters<typeof sample>) =>
  suggestVariables([sample(...args)], [], new Set())[0];

describe("by name and values", () => {
  it.each([
    ["temperature", -12, 31, "air_temperature", "degC"],
    ["Temp", 261, 304, "air_temperature", "K"],
    ["outTemp", 20, 95, "air_temperature", "degF"],
    ["BME280_temperature", 3, 24, "air_temperature", "degC"],
    ["dewpoint", -3, 14, "dew_point_temperature", "degC"],
    ["soilTemp1", 4, 12, "soil_temperature", "degC"],
    ["humidity", 21, 99, "relative_humidity", "%"],
    ["rh", 0.2, 0.98, "relative_humidity", "1"],
    ["pressure", 960, 1031, "air_pressure", "hPa"],
    ["pressure", 96_000, 103_100, "air_pressure", "Pa"],
    ["pressure", 96, 103, "air_pressure", "kPa"],
    ["pressure_sealevel", 98_000, 103_900, "air_pressure_at_mean_sea_level", "Pa"],
    ["baromrelin", 29.1, 30.6, "air_pressure_at_mean_sea_level", "inHg"],
    ["windSpeed", 0, 14, "wind_speed", "m s-1"],
    ["wind_speed_kmh", 0, 80, "wind_speed", "km h-1"],
    ["windgust", 0, 22, "wind_speed_of_gust", "m s-1"],
    ["winddir", 2, 358, "wind_from_direction", "degree"],
    ["rain_rate", 0, 12, "lwe_precipitation_rate", "mm h-1"],
    ["dailyrain", 0, 18, "lwe_thickness_of_precipitation_amount", "mm"],
    ["snow_depth", 0, 120, "surface_snow_thickness", "cm"],
    ["solarradiation", 0, 870, "surface_downwelling_shortwave_flux_in_air", "W m-2"],
    ["UV", 0, 7, "ultraviolet_index", "1"],
    ["P1", 1, 88, "mass_concentration_of_pm10_ambient_aerosol_particles_in_air", "ug m-3"],
    ["P2", 1, 44, "mass_concentration_of_pm2p5_ambient_aerosol_particles_in_air", "ug m-3"],
    ["pm2.5", 1, 44, "mass_concentration_of_pm2p5_ambient_aerosol_particles_in_air", "ug m-3"],
    ["pm1_0", 1, 44, "mass_concentration_of_pm1_ambient_aerosol_particles_in_air", "ug m-3"],
    ["co2_ppm", 410, 900, "mole_fraction_of_carbon_dioxide_in_air", "1e-6"],
    ["noise_LAeq", 31, 78, "sound_pressure_level_in_air", "dB"],
  ])("%s of %d to %d is %s in %s", (column, p1, p99, standard_name, cf_unit) => {
    const found = suggested(column, p1, p99);
    expect(found).toMatchObject({ column, standard_name, cf_unit });
    expect(found?.reason).toContain(`as in ${cf_unit}`);
  });

  it.each([
    ["durP1", 0, 3],
    ["ratioP2", 0, 3],
    ["battery", 3.1, 4.2],
    ["counts_per_minute", 12, 40],
    // A name is not enough.
    ["temperature", 4_000, 5_000],
    ["pressure", 1, 3],
  ])("%s of %d to %d is not guessed at", (column, p1, p99) => {
    expect(suggested(column, p1, p99)).toBeUndefined();
  });

  it("nothing without values, and nothing for what the map names as an attribute or an axis", () => {
    expect(suggested("temperature")).toBeUndefined();
    expect(suggestVariables([sample("temperature", 1, 2)], [], new Set(["temperature"]))).toEqual([]);
  });
});

describe("for a column that is mapped", () => {
  const variable = (cf_unit: string) => ({
    column: "pressure",
    standard_name: "air_pressure",
    cf_unit,
    level: 2,
    method: "mean",
    period: "PT10M",
    dtype: "float64",
  });

  it("another unit where its values do not fit the declared one; the rest stays", () => {
    const [found] = suggestVariables([sample("pressure", 96_000, 103_100)], [variable("hPa")], new Set());
    expect(found).toMatchObject({ cf_unit: "Pa", level: 2, method: "mean", period: "PT10M" });
    expect(found?.reason).toContain("the map says hPa");
  });

  it("nothing where they do, or where the unit is one that no rule knows", () => {
    expect(suggestVariables([sample("pressure", 960, 1031)], [variable("hPa")], new Set())).toEqual([]);
    expect(suggestVariables([sample("pressure", 9, 10)], [variable("mmHg")], new Set())).toEqual([]);
  });
});

it.each(
  SUGGESTION_RULES.flatMap(({ standardName }) =>
    (USUAL_VALUES[standardName] ?? []).map(({ unit }) => [standardName, unit] as const),
  ),
)("%s can be given in %s", (standardName, unit) => {
  const resolved = resolveStandardName(standardName);
  expect(resolved.kind).toBe("current");
  if (resolved.kind === "current")
    expect(unitFault(unit, resolved.canonicalUnit, resolved.name)).toBeUndefined();
});

import { describe, expect, it } from "vitest";
import { CF_TABLE_VERSION, resolveStandardName } from "./standard-name";

describe("standard names of CF", () => {
  it("knows its version", () => expect(CF_TABLE_VERSION).toBe(83));

  it.each([
    ["air_temperature", "K"],
    ["relative_humidity", "1"],
    ["air_pressure_at_mean_sea_level", "Pa"],
    ["mass_concentration_of_pm10_ambient_aerosol_particles_in_air", "kg m-3"],
    ["platform_speed_wrt_ground", "m s-1"],
  ])("%s has the canonical unit %s", (name, canonicalUnit) =>
    expect(resolveStandardName(name)).toEqual({ kind: "current", name, canonicalUnit }),
  );

  it.each([
    ["air_pressure_at_sea_level", "air_pressure_at_mean_sea_level"],
    [
      "mass_concentration_of_pm2p5_ambient_aerosol_in_air",
      "mass_concentration_of_pm2p5_ambient_aerosol_particles_in_air",
    ],
    ["soil_moisture_content", "mass_content_of_water_in_soil"],
  ])("%s is an alias of %s", (alias, name) =>
    expect(resolveStandardName(alias)).toMatchObject({ kind: "alias", name, alias }),
  );

  it.each([
    ["mole_fraction_of_sulphur_dioxide_in_air", "mole_fraction_of_sulfur_dioxide_in_air"],
    ["wind_from_direction_of_gust", "wind_gust_from_direction"],
    [
      "mass_concentration_of_pm4_ambient_aerosol_in_air",
      "mass_concentration_of_pm10_ambient_aerosol_particles_in_air",
    ],
    ["air_temprature", "air_temperature"],
    ["relative humidity", "relative_humidity"],
    ["dewpoint_temperature", "dew_point_temperature"],
  ])("%s is unknown, and %s is suggested", (text, wanted) => {
    const found = resolveStandardName(text);
    expect(found.kind).toBe("unknown");
    expect(found.kind === "unknown" && found.suggestions).toContain(wanted);
  });

  it.each([
    ["air_temperature standard_error", "current", "air_temperature standard_error", "K"],
    ["air_temperature status_flag", "current", "air_temperature status_flag", "1"],
    [
      "air_pressure_at_sea_level number_of_observations",
      "alias",
      "air_pressure_at_mean_sea_level number_of_observations",
      "1",
    ],
  ])("%s is %s: %s", (text, kind, name, canonicalUnit) =>
    expect(resolveStandardName(text)).toMatchObject({ kind, name, canonicalUnit }),
  );

  it.each(["air_temperature", "foo"])("%s with a modifier that CF does not have is unknown", (name) =>
    expect(resolveStandardName(`${name} mean`).kind).toBe("unknown"),
  );

  it("has nothing to suggest for nonsense", () =>
    expect(resolveStandardName("qqqq zzzz")).toEqual({ kind: "unknown", suggestions: [] }));
});

/**
 * What weather networks and their users call a quantity, where neither CF's name nor our description of it says so. Nothing is
 * converted by it: an index of air quality is looked for as the particles that it is made of, and its unit is refused for them.
 */
const PHRASES: Readonly<Record<string, readonly string[]>> = {
  apparent_air_temperature: ["feels like", "real feel", "feelslike", "felt temperature", "humidex"],
  heat_index_of_air_temperature: ["heat index", "heatindex", "humidex", "feels like"],
  wind_chill_of_air_temperature: ["wind chill", "windchill", "feels like"],
  air_pressure: ["station pressure", "absolute pressure"],
  air_pressure_at_mean_sea_level: ["sea level pressure", "slp", "mslp", "relative pressure"],
  tendency_of_air_pressure: ["pressure tendency", "pressure trend"],
  wind_speed: ["windspeed", "wind force"],
  wind_from_direction: ["winddir", "winddirection", "wind bearing"],
  wind_speed_of_gust: ["wind gust", "windgust", "gust speed", "peak wind"],
  lwe_thickness_of_precipitation_amount: ["rain amount", "rainfall", "rain total", "precip", "daily rain"],
  lwe_precipitation_rate: ["rain rate", "rainrate", "precipitation intensity", "rain intensity"],
  surface_snow_thickness: ["snow depth", "snow height", "snowdepth"],
  thickness_of_snowfall_amount: ["fresh snow", "new snow"],
  surface_downwelling_shortwave_flux_in_air: ["solar radiation", "irradiance", "pyranometer", "insolation"],
  surface_downwelling_photosynthetic_photon_flux_in_air: ["par", "ppfd"],
  duration_of_sunshine: ["sunshine", "sunshine hours", "sun hours"],
  ultraviolet_index: ["uv", "uvi", "uv index"],
  cloud_area_fraction: ["cloud cover", "cloudiness", "cloud amount", "okta", "sky cover"],
  cloud_base_altitude: ["cloud ceiling", "ceiling", "cloud base", "cloud height"],
  visibility_in_air: ["visibility", "visual range", "fog"],
  mass_concentration_of_pm2p5_ambient_aerosol_particles_in_air: [
    "pm25",
    "pm2.5",
    "particulates",
    "particulate matter",
    "aqi",
    "air quality",
    "smoke",
  ],
  mass_concentration_of_pm10_ambient_aerosol_particles_in_air: [
    "pm10",
    "particulates",
    "particulate matter",
    "aqi",
    "air quality",
    "dust",
  ],
  mass_concentration_of_pm1_ambient_aerosol_particles_in_air: ["pm1", "particulates", "particulate matter"],
  frequency_of_lightning_flashes_per_unit_area: [
    "lightning",
    "lightning strikes",
    "strike count",
    "lightning strokes",
    "thunder",
  ],
  volume_fraction_of_condensed_water_in_soil: [
    "soil moisture",
    "soil humidity",
    "soil wetness",
    "soil water content",
    "vwc",
  ],
};

/** Other words for a standard name; none for those that weather networks seldom use. */
export function networkPhrases(standardName: string): readonly string[] {
  return Object.hasOwn(PHRASES, standardName) ? (PHRASES[standardName] ?? []) : [];
}

/** The names that have any. */
export const PHRASED_NAMES: readonly string[] = Object.keys(PHRASES);

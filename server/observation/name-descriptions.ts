/**
 * Our own short descriptions of the standard names that weather networks use. Those of CF's table are long, and are linked to (`officialEntry`).
 */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  air_temperature: "Temperature of the air, in a screen or shield; on the ground 1.25 to 2 m high",
  dew_point_temperature: "Temperature at which the air's vapour would begin to condense over water",
  wet_bulb_temperature: "Temperature of a thermometer kept wet in moving air",
  apparent_air_temperature: "How warm the air feels, of temperature, humidity and wind together",
  heat_index_of_air_temperature: "How hot humid air feels in the shade (heat index)",
  wind_chill_of_air_temperature: "How cold the air feels in wind (wind chill)",
  surface_temperature: "Temperature of the surface itself, as of ground, road or roof",
  soil_temperature: "Temperature in the soil, at a depth below ground",
  sea_surface_temperature: "Temperature of the water at the surface of the sea",
  sea_water_temperature: "Temperature of sea water at a depth",
  relative_humidity: "Humidity as a share of saturation, in per cent",
  specific_humidity: "Mass of vapour per mass of moist air",
  humidity_mixing_ratio: "Mass of vapour per mass of dry air",
  water_vapor_partial_pressure_in_air: "Pressure of the air's vapour alone",
  mass_concentration_of_water_vapor_in_air: "Mass of vapour in a volume of air (absolute humidity)",
  water_vapor_saturation_deficit_in_air: "Saturation pressure less the pressure of the vapour",
  air_pressure: "Pressure of the air where the barometer is, not reduced to any level",
  surface_air_pressure: "Pressure of the air at the ground of the station (QFE)",
  air_pressure_at_mean_sea_level: "Pressure reduced to mean sea level, as on weather maps (QFF)",
  barometric_altitude: "Height that a pressure has in the standard atmosphere",
  tendency_of_air_pressure: "How fast the pressure rises or falls",
  tendency_of_surface_air_pressure: "How fast the pressure at the ground rises or falls",
  wind_speed: "Speed of the wind, on the ground 10 m high; usually a mean over 10 minutes",
  wind_from_direction: "Direction that the wind comes from, clockwise from north: 90 is an east wind",
  wind_to_direction: "Direction that the wind blows to; stations report where it comes from",
  wind_speed_of_gust: "Strongest gust: the highest wind over a few seconds within the period",
  eastward_wind: "Part of the wind that blows to the east",
  northward_wind: "Part of the wind that blows to the north",
  upward_air_velocity: "Speed of the air upwards",
  precipitation_amount: "Rain, snow and hail that fell within the period, per area; 1 mm is 1 kg m-2",
  lwe_thickness_of_precipitation_amount:
    "Depth of fallen precipitation as liquid water: what a rain gauge reads in mm",
  precipitation_flux: "Precipitation per area and time; 1 kg m-2 s-1 is 3600 mm per hour",
  lwe_precipitation_rate: "Rain rate: depth of liquid water per time, as mm per hour",
  rainfall_amount: "Rain alone that fell within the period, per area",
  thickness_of_rainfall_amount: "Depth of fallen rain alone",
  rainfall_rate: "Depth of rain per time",
  rainfall_flux: "Mass of rain per area and time",
  surface_snow_thickness: "Depth of the snow that lies on the ground",
  thickness_of_snowfall_amount: "Depth of snow that fell within the period",
  snowfall_amount: "Snow that fell within the period, per area, as water",
  surface_snow_amount: "Water in the snow that lies on the ground, per area",
  lwe_thickness_of_surface_snow_amount: "Snow on the ground as a depth of liquid water",
  hail_fall_amount: "Hail that fell within the period, per area",
  surface_downwelling_shortwave_flux_in_air: "Global radiation: sunlight on a level surface, in W m-2",
  downwelling_shortwave_flux_in_air: "Sunlight that comes down through the air, at a height",
  surface_direct_downwelling_shortwave_flux_in_air: "Sunlight straight from the sun on a level surface",
  surface_diffuse_downwelling_shortwave_flux_in_air: "Sunlight from the sky, scattered, on a level surface",
  surface_direct_along_beam_shortwave_flux_in_air: "Direct sunlight on a surface turned to the sun (DNI)",
  surface_upwelling_shortwave_flux_in_air: "Sunlight that the ground reflects",
  surface_downwelling_longwave_flux_in_air: "Heat radiation of the sky on a level surface",
  surface_upwelling_longwave_flux_in_air: "Heat radiation of the ground",
  surface_net_downward_radiative_flux: "All radiation that comes down less all that goes up",
  surface_downwelling_photosynthetic_photon_flux_in_air: "Light that plants use, counted in photons (PAR)",
  integral_wrt_time_of_surface_downwelling_shortwave_flux_in_air:
    "Energy of sunlight on a level surface, summed over the period",
  duration_of_sunshine: "How long the sun shone within the period",
  ultraviolet_index: "UV index: the sun's burning power, from 0 to above 11",
  cloud_area_fraction: "Share of the sky that clouds cover",
  cloud_base_altitude: "Height of the lowest clouds above mean sea level",
  visibility_in_air: "How far one can see",
  mass_concentration_of_pm10_ambient_aerosol_particles_in_air:
    "Fine dust PM10: particles up to 10 µm, mass per volume",
  mass_concentration_of_pm2p5_ambient_aerosol_particles_in_air:
    "Fine dust PM2.5: particles up to 2.5 µm, mass per volume",
  mass_concentration_of_pm1_ambient_aerosol_particles_in_air:
    "Fine dust PM1: particles up to 1 µm, mass per volume",
  number_concentration_of_ambient_aerosol_particles_in_air: "Number of particles per volume of air",
  mass_concentration_of_nitrogen_dioxide_in_air: "Nitrogen dioxide NO2, mass per volume",
  mass_concentration_of_nitrogen_monoxide_in_air: "Nitrogen monoxide NO, mass per volume",
  mass_concentration_of_ozone_in_air: "Ozone O3, mass per volume",
  mass_concentration_of_carbon_monoxide_in_air: "Carbon monoxide CO, mass per volume",
  mass_concentration_of_sulfur_dioxide_in_air: "Sulfur dioxide SO2, mass per volume",
  mass_concentration_of_ammonia_in_air: "Ammonia NH3, mass per volume",
  mole_fraction_of_carbon_dioxide_in_air: "Carbon dioxide CO2 as a share of molecules: ppm",
  mole_fraction_of_carbon_monoxide_in_air: "Carbon monoxide CO as a share of molecules: ppm or ppb",
  mole_fraction_of_nitrogen_dioxide_in_air: "Nitrogen dioxide NO2 as a share of molecules: ppb",
  mole_fraction_of_ozone_in_air: "Ozone O3 as a share of molecules: ppb",
  mole_fraction_of_methane_in_air: "Methane CH4 as a share of molecules: ppm",
  sound_pressure_level_in_air: "Noise: level of sound in air, in decibels",
  volume_fraction_of_condensed_water_in_soil: "Water in the soil as a share of its volume",
  mass_content_of_water_in_soil_layer: "Water in a layer of soil, per area",
  frequency_of_lightning_flashes_per_unit_area: "How many lightning flashes there are over an area, per time",
  lightning_radiant_energy: "Light energy of lightning flashes",
  altitude: "Height above the geoid, about mean sea level",
  height: "Height above the ground",
  depth: "Depth below the surface",
  platform_speed_wrt_ground: "Speed of the vehicle or ship that carries the instruments",
  platform_azimuth_angle: "Direction from a place to the vehicle, clockwise from north",
  solar_elevation_angle: "Height of the sun above the horizon, as an angle",
  sea_surface_wave_significant_height: "Height of the highest third of the waves",
  sea_surface_height_above_geoid: "Level of the sea above the geoid",
  water_surface_height_above_reference_datum: "Level of a river or lake above the zero of its gauge",
};

/** What a standard name means, in a line; undefined for those that weather networks seldom use. A modifier behind a blank does not count. */
export function nameDescription(standardName: string): string | undefined {
  const [bare = ""] = standardName.split(" ");
  return Object.hasOwn(DESCRIPTIONS, bare) ? DESCRIPTIONS[bare] : undefined;
}

/** The names that have a description. */
export const DESCRIBED_NAMES: readonly string[] = Object.keys(DESCRIPTIONS);

/** Where CF's table says it in full. */
export function officialEntry(standardName: string): string {
  const [bare = ""] = standardName.split(" ");
  return `https://cfconventions.org/Data/cf-standard-names/current/build/cf-standard-name-table.html#${encodeURIComponent(bare)}`;
}

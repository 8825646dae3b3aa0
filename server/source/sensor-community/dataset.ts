import type { DataIngestionMap } from "../../observation/model";
import type { DatasetDefaults } from "../plugin";
import type { SensorCommunityConfig } from "./config";

/** What a new installation knows of the dataset. Licence and wording as the archive's `00disclamer.md` asks. */
export function sensorCommunityDataset(config: SensorCommunityConfig): DatasetDefaults {
  return {
    metadata: {
      name: "sensor.community",
      description:
        "Air quality and weather of citizens' sensors all over the world, from the day files of the Sensor.Community archive.",
      aggregation_span: "PT1H",
      source_links: [{ mime_type: "text/html", title: "Sensor.Community archive", href: config.base_url }],
      keywords: ["sensor.community", "iot", "data"],
      subject_to_change_window: "P1D",
    },
    identity: ["sensor_id"],
    mobile: false,
    personal: [],
    licence: "ODbL 1.0 (database), DbCL 1.0 (contents)",
    attribution:
      "Contains information from Sensor.Community, which is made available here under the Open Database License (ODbL).",
    synthetic: false,
  };
}

const variable = (column: string, standard_name: string, cf_unit: string) => ({
  column,
  standard_name,
  cf_unit,
  level: 0,
  method: "point",
  period: "PT0S",
  dtype: "float64",
});

const particles = (size: string) => `mass_concentration_of_${size}_ambient_aerosol_particles_in_air` as const;

/**
 * Vendor columns to CF. P1 is PM10 and P0 is PM1, whatever their names suggest. A PPD42NS counts particles instead of weighing them: its P1
 * and P2 stand in columns of their own (`ppd42ns_P1`, see csv.ts) and stay unmapped, as do noise, radiation, CO2 and number concentrations.
 */
export const sensorCommunityMap: DataIngestionMap = {
  datetime: { from_col: "timestamp", dtype: "datetime64[ns, UTC]" },
  lat: { standard_name: "latitude", cf_unit: "degrees_north", from_col: "lat", dtype: "float64" },
  lon: { standard_name: "longitude", cf_unit: "degrees_east", from_col: "lon", dtype: "float64" },
  canonical_variables: [
    variable("temperature", "air_temperature", "degC"),
    variable("humidity", "relative_humidity", "%"),
    variable("pressure", "air_pressure", "Pa"),
    variable("pressure_sealevel", "air_pressure_at_mean_sea_level", "Pa"),
    variable("P0", particles("pm1"), "ug m-3"),
    variable("P1", particles("pm10"), "ug m-3"),
    variable("P2", particles("pm2p5"), "ug m-3"),
  ],
  metadata_variables: [
    { column: "sensor_id", dtype: "int32" },
    { column: "sensor_type", dtype: "string" },
    { column: "location", dtype: "int32" },
  ],
};

/** Vendor columns that the map names. */
export const MAPPED_COLUMNS: readonly string[] = [
  "sensor_id",
  "sensor_type",
  "location",
  "lat",
  "lon",
  "timestamp",
  ...sensorCommunityMap.canonical_variables.map(({ column }) => column),
];

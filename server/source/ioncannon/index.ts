import { Transient } from "../../errors";
import type { Interval } from "../../observation/interval";
import type { CanonicalVariable, DataIngestionMap } from "../../observation/model";
import { MINUTE, parseDuration } from "../../observation/time";
import type { Row } from "../../ports/columnar";
import { writePayload } from "../payload";
import type { Collected, CollectPorts, DatasetDefaults, SourcePlugin } from "../plugin";
import { IoncannonConfig } from "./config";
import { chance } from "./hash";
import type { Box } from "./land";
import { unansweredOf } from "./profiles";
import { columnsOf, type Network, reportsOf } from "./reports";
import { stationsIn } from "./stations";
import { climateOf } from "./weather";

/** Rows that are held in memory at a time, whatever the number of stations. */
export const BATCH_ROWS = 5_000;

/**
 * Made-up stations with believable weather, for trying Ionbeam out and for load tests. No network, no state, no chance: what a collection finds is a
 * function of configuration and range, so that collecting again gives the same bytes.
 */
export const ioncannon: SourcePlugin<typeof IoncannonConfig> = {
  kind: "ioncannon",
  defaultInstance: "ioncannon",
  title: "IonCannon",
  config: IoncannonConfig,
  enabledByDefault: true,
  dataset,
  map,
  schedules: [{ windowSize: 5 * MINUTE, interval: 5 * MINUTE, lag: 0 }],
  priority: 0,
  firstFillWindows: 6,
  collect: collectIoncannon,
};

function dataset(): DatasetDefaults {
  return {
    metadata: {
      name: "ioncannon",
      description: "Made-up weather reports of stations that do not exist, for trials and load tests",
      aggregation_span: "PT1H",
      source_links: [],
      keywords: ["synthetic", "loadtest", "performance"],
      subject_to_change_window: "PT0S",
    },
    identity: ["station_id"],
    mobile: false,
    personal: [],
    licence: "CC0-1.0",
    attribution: "Made up by Ionbeam's IonCannon; not measured",
    synthetic: true,
  };
}

function map(): DataIngestionMap {
  const variable = (
    column: string,
    standard_name: string,
    cf_unit: string,
    level: number,
    method = "point",
    period = "PT0S",
  ): CanonicalVariable => ({ column, standard_name, cf_unit, level, method, period, dtype: "float64" });
  return {
    datetime: { from_col: "datetime", dtype: "datetime64[ns, UTC]" },
    lat: { standard_name: "latitude", cf_unit: "degrees_north", from_col: "lat", dtype: "float64" },
    lon: { standard_name: "longitude", cf_unit: "degrees_east", from_col: "lon", dtype: "float64" },
    canonical_variables: [
      variable("air_temperature", "air_temperature", "degC", 2),
      variable("dew_point_temperature", "dew_point_temperature", "degC", 2),
      variable("relative_humidity", "relative_humidity", "%", 2),
      variable("air_pressure_at_mean_sea_level", "air_pressure_at_mean_sea_level", "hPa", 0),
      variable("surface_air_pressure", "surface_air_pressure", "hPa", 0),
      variable("wind_speed", "wind_speed", "m s-1", 10, "mean", "PT10M"),
      variable("wind_from_direction", "wind_from_direction", "degree", 10, "mean", "PT10M"),
      variable("precipitation", "precipitation_amount", "kg m-2", 0, "sum", "PT10M"),
    ],
    metadata_variables: [
      { column: "station_id", dtype: "string" },
      { column: "altitude", dtype: "float64" },
    ],
  };
}

/** As `SourcePlugin.collect`, with only those ports that it needs. @throws Transient while the vendor of the profile `outage` does not answer */
export async function collectIoncannon(
  request: Interval,
  config: IoncannonConfig,
  ports: Pick<CollectPorts, "columnar" | "files" | "signal" | "progress" | "attempt">,
): Promise<Collected> {
  if (config.profile === "outage" && ports.attempt < unansweredOf(config.seed, request.start, request.end)) {
    throw new Transient("IonCannon's vendor does not answer (profile outage); the run is tried again");
  }
  const written = await writePayload({
    columnar: ports.columnar,
    files: ports.files,
    rows: batchesOf(request, config, ports.progress),
    columns: columnsOf(config.profile),
    // The end of what was asked, not the time of asking: the same range gives the same bytes.
    collectedAt: request.end,
    requested: request,
    signal: ports.signal,
  });
  return { ...written, claim: request, damaged: [] };
}

/**
 * The rows of a collection in batches of at most `BATCH_ROWS`: station by station and by time, or in no order inside each batch, which is then as
 * bounded in memory as ever.
 */
export async function* batchesOf(
  request: Interval,
  config: IoncannonConfig,
  progress: CollectPorts["progress"],
): AsyncGenerator<readonly Row[]> {
  const { min_lat, max_lat, min_lon, max_lon } = config.geographic_bounds;
  const bounds: Box = [min_lat, max_lat, min_lon, max_lon];
  const network = networkOf(config);
  const arranged = (rows: Row[]) => (config.unsorted ? shuffled(rows, config.seed) : rows);
  let batch: Row[] = [];
  for (const station of stationsIn(config.seed, config.num_stations, bounds)) {
    for (const row of reportsOf(network, station, request)) {
      batch.push(row);
      if (batch.length < BATCH_ROWS) continue;
      yield arranged(batch);
      batch = [];
      const done = station.index + 1;
      await progress(done, config.num_stations, `station ${done} of ${config.num_stations}`);
    }
  }
  if (batch.length > 0) yield arranged(batch);
}

/** The same rows in an order that only the seed knows. */
function shuffled(rows: readonly Row[], seed: number): Row[] {
  return rows
    .map((row, index) => ({ row, place: chance("order", seed, index) }))
    .sort((a, b) => a.place - b.place)
    .map(({ row }) => row);
}

function networkOf(config: IoncannonConfig): Network {
  return {
    climate: climateOf(config.seed),
    frequency: parseDuration(config.measurement_frequency) ?? 10 * MINUTE,
    profile: config.profile,
    faults: {
      late: config.late_share,
      duplicate: config.duplicate_share,
      missing: config.missing_share,
      implausible: config.implausible_share,
    },
  };
}

import type { Interval } from "../server/observation/interval";
import type { DataIngestionMap } from "../server/observation/model";
import { SECOND } from "../server/observation/time";
import { type Columnar, sqlText } from "../server/ports/columnar";

const VARIABLES = [
  ["air_temperature", "K", 283],
  ["relative_humidity", "%", 60],
  ["air_pressure", "Pa", 101_300],
  ["wind_speed", "m s-1", 5],
  ["wind_from_direction", "degree", 180],
  ["wind_speed_of_gust", "m s-1", 8],
  ["precipitation_amount", "kg m-2", 1],
  ["dew_point_temperature", "K", 278],
  ["surface_downwelling_shortwave_flux_in_air", "W m-2", 300],
  ["visibility_in_air", "m", 9_000],
] as const;

/** Share of rows that are there twice, and of cells that hold no number. */
const DOUBLED = 0.05;
const BAD = 0.01;

/** What the payload is known to hold, for the checks afterwards. */
export interface PayloadFacts {
  readonly rows: number;
  readonly distinct: number;
  readonly badCells: number;
  /** Of the distinct rows' first variable: how many are numbers, and their sum in thousandths. */
  readonly values: number;
  readonly thousandths: number;
}

export const FIRST_VARIABLE = VARIABLES[0][0];

export const BENCH_MAP: DataIngestionMap = {
  datetime: { from_col: "time", dtype: "datetime64[ns, UTC]" },
  lat: { standard_name: "latitude", cf_unit: "degrees_north", from_col: "lat", dtype: "float64" },
  lon: { standard_name: "longitude", cf_unit: "degrees_east", from_col: "lon", dtype: "float64" },
  canonical_variables: VARIABLES.map(([standard_name, cf_unit]) => ({
    column: standard_name,
    standard_name,
    cf_unit,
    level: 2,
    method: "point",
    period: "PT0S",
    dtype: "float64",
  })),
  metadata_variables: [{ column: "station_id", dtype: "string" }],
};

/**
 * Writes observations of an hour, or of another span, as a vendor sends them: everything is text, rows are shuffled, 5% are there twice, 1% of the cells hold no number.
 * The same number of rows gives the same payload.
 * @param span when they are of, µs
 */
export async function writeBenchPayload(
  columnar: Columnar,
  rows: number,
  span: Interval,
  target: string,
): Promise<PayloadFacts> {
  const distinct = Math.round(rows * (1 - DOUBLED));
  const stations = Math.max(10, Math.ceil(distinct / 300));
  // A row's station and time are unique: every station reports in its own seconds.
  const perStation = Math.ceil(distinct / stations);
  const step = Math.floor((span.end - span.start) / perStation / SECOND) * SECOND;
  const cells = VARIABLES.map(([name, , mean], i) => {
    const spread = mean / 20;
    return `CASE WHEN hash(n, ${i}, 'bad') % 10000 < ${BAD * 10_000} THEN 'unknown'
      ELSE CAST(round(${mean} + ${spread} * (hash(n, ${i}) % 20000 / 10000.0 - 1), 3) AS VARCHAR) END AS ${name}`;
  });
  const time = `make_timestamp(${span.start} + (n // ${stations}) * ${step})`;
  const select = `SELECT strftime(${time}, '%Y-%m-%dT%H:%M:%SZ') AS time,
      CAST(round(35 + hash(n % ${stations}, 'lat') % 300000 / 10000.0, 4) AS VARCHAR) AS lat,
      CAST(round(-10 + hash(n % ${stations}, 'lon') % 400000 / 10000.0, 4) AS VARCHAR) AS lon,
      'bench-' || (n % ${stations}) AS station_id, ${cells.join(", ")}
    FROM (SELECT i, CASE WHEN i < ${distinct} THEN i ELSE (i * 7919) % ${distinct} END AS n FROM range(${rows}) r(i)) ORDER BY hash(i, 'order')`;
  return columnar.session(async (session) => {
    await session.execute(`COPY (${select}) TO ${sqlText(target)} (FORMAT parquet, COMPRESSION zstd)`);
    const bad = VARIABLES.map(([name]) => `count(*) FILTER (${name} = 'unknown')`).join(" + ");
    const [row] = await session.query(
      `SELECT count(*) AS rows, count(DISTINCT (station_id, time)) AS distinct_rows, ${bad} AS bad FROM read_parquet(${sqlText(target)})`,
    );
    // From what the rows are made of, not from the file.
    const [first] = await session.query(
      `SELECT count(*) AS values, sum(CAST(round(CAST(value AS DOUBLE) * 1000) AS BIGINT))::BIGINT AS thousandths
       FROM (SELECT ${cells[0]?.replace(/ AS \w+$/, "")} AS value FROM range(${distinct}) r(n)) WHERE value <> 'unknown'`,
    );
    return {
      rows: Number(row?.rows),
      distinct: Number(row?.distinct_rows),
      badCells: Number(row?.bad),
      values: Number(first?.values),
      thousandths: Number(first?.thousandths),
    };
  });
}

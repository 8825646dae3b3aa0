import { Invalid } from "../../errors";
import type { CanonicalColumn } from "../../observation/column";
import { sqlType } from "../../observation/dtype";
import { type ColumnarSession, sqlName, sqlText } from "../../ports/columnar";
import { alongCurveSql } from "./curve";
import { featureIdSql, type Identity, identityHashSql, identityOrderSql, sourceColumn } from "./feature-id";
import { type Box, geoMetadata } from "./geo-metadata";

/** What makes two rows two observations, by the names of canonical columns. */
interface Identified {
  readonly identity: readonly string[];
  readonly mobile: boolean;
}

export interface GeoParquetRequest extends Identified {
  /** Local path of the canonical Parquet. */
  readonly file: string;
  /** Columns of that file. */
  readonly present: readonly CanonicalColumn[];
  /** Columns to write: those of the whole dataset. One that the file lacks is null in all rows. */
  readonly columns: readonly CanonicalColumn[];
}

export interface DayRequest extends Identified {
  /** Local paths of the windows' GeoParquet. */
  readonly files: readonly string[];
  readonly columns: readonly CanonicalColumn[];
}

const OURS = ["geometry", "bbox", "id"];

/** A row group's box prunes better the fewer rows it has; more than 64k rows must not be in one (SEMANTICS 5, *Days*). */
const ROWS_PER_GROUP = 65_536;

/** Names of a canonical file's axes and identity. @throws Invalid when an axis is missing */
function identityOf(columns: readonly CanonicalColumn[], { identity, mobile }: Identified): Identity {
  const axis = (role: CanonicalColumn["role"]) => {
    const found = columns.find((column) => column.role === role);
    if (!found) throw new Invalid(`the canonical file has no column with the role "${role}"`);
    return found.name;
  };
  return {
    time: axis("time"),
    latitude: axis("latitude"),
    longitude: axis("longitude"),
    columns: identity,
    mobile,
  };
}

/**
 * Name of a canonical column in the GeoParquet: its own, unless one of our three columns has that name (the engine compares names without
 * regard to case): then `id` becomes `id_attribute`.
 */
export function exportedName(name: string, columns: readonly CanonicalColumn[]): string {
  const taken = new Set([...OURS, ...columns.map((column) => column.name.toLowerCase())]);
  if (!OURS.includes(name.toLowerCase())) return name;
  let exported = `${name}_attribute`;
  while (taken.has(exported.toLowerCase())) exported = `${exported}_attribute`;
  return exported;
}

/**
 * Writes a canonical file as GeoParquet 1.1 to `target`: the dataset's columns, then `geometry` (WKB), `bbox` (covering) and `id`; rows along the
 * curve, then by identity, then by time; rows without a position last. The bytes are a function of rows, schema and writer only (SEMANTICS 4).
 */
export async function writeGeoParquet(
  session: ColumnarSession,
  request: GeoParquetRequest,
  target: string,
): Promise<void> {
  const identity = identityOf(request.present, request);
  const known = new Map(request.present.map((column) => [column.name.toLowerCase(), column]));
  const columns = request.columns.map((column) => {
    const present = known.get(column.name.toLowerCase());
    const value = present ? sourceColumn(present.name) : "NULL";
    const fits = present?.dtype === column.dtype;
    return `${fits ? value : castSql(value, column)} AS ${sqlName(exportedName(column.name, request.columns))}`;
  });
  const from = `(SELECT *, ${identityHashSql(identity)} AS _identity FROM read_parquet(${sqlText(request.file)}) AS source)`;
  await write(session, { from, columns, id: featureIdSql(identity, "source._identity"), identity }, target);
}

/**
 * Writes the GeoParquet of several windows of one day as one, in the same order and form (SEMANTICS 5, *Days*). A window's file of before the
 * dataset grew a column is given it.
 */
export async function writeDay(
  session: ColumnarSession,
  { files, columns, ...identified }: DayRequest,
  target: string,
): Promise<void> {
  const exported = columns.map((column) => ({ ...column, name: exportedName(column.name, columns) }));
  const names = identified.identity.map((name) => exportedName(name, columns));
  const identity = identityOf(exported, { ...identified, identity: names });
  const from = `read_parquet([${files.map(sqlText).join(", ")}], union_by_name = true)`;
  const described = await session.query(`DESCRIBE SELECT * FROM ${from}`);
  const present = new Set(described.map((row) => String(row.column_name).toLowerCase()));
  const selected = exported.map((column) => {
    const value = present.has(column.name.toLowerCase()) ? sourceColumn(column.name) : "NULL";
    return `${castSql(value, column)} AS ${sqlName(column.name)}`;
  });
  await write(session, { from, columns: selected, id: "source.id", identity }, target);
}

function castSql(value: string, { role, dtype }: CanonicalColumn): string {
  return `CAST(${value} AS ${role === "time" ? "TIMESTAMPTZ" : (sqlType(dtype) ?? "VARCHAR")})`;
}

interface Content {
  /** SQL of the rows, which stand in the query as `source`. */
  readonly from: string;
  /** SQL of each canonical column, with its name. */
  readonly columns: readonly string[];
  /** SQL of the feature's id. */
  readonly id: string;
  readonly identity: Identity;
}

async function write(session: ColumnarSession, content: Content, target: string): Promise<void> {
  for (const macro of WKB_MACROS) await session.execute(macro);
  const metadata = geoMetadata(await positionsBox(session, content.from, content.identity));
  await session.execute(
    `COPY (${featuresSql(content)}) TO ${sqlText(target)}
     (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROWS_PER_GROUP}, KV_METADATA { geo: ${sqlText(metadata)} })`,
  );
}

function featuresSql({ from, columns, id, identity }: Content): string {
  const here = hasPositionSql(identity);
  const lon = `CASE WHEN ${here} THEN ${sourceColumn(identity.longitude)} END`;
  const lat = `CASE WHEN ${here} THEN ${sourceColumn(identity.latitude)} END`;
  // The numbers are worked out by a query of their own: the bit macros use their argument twice at every step.
  const features = [
    `${wkbPointSql("_lon", "_lat")} AS geometry`,
    `CASE WHEN _lon IS NOT NULL THEN struct_pack(xmin := _lon, ymin := _lat, xmax := _lon, ymax := _lat) END AS bbox`,
    `${id} AS id`,
  ];
  const order = [`NOT (${here})`, "_curve", ...identityOrderSql(identity)];
  // Sorted before the features are made: a sort that carries them along takes twice the memory.
  return `SELECT ${[...columns, ...features].join(", ")} FROM
    (SELECT *, ${lon} AS _lon, ${lat} AS _lat FROM
      (SELECT * FROM (${alongCurveSql(from, lon, lat)}) AS source ORDER BY ${order.join(", ")}) AS source) AS source`;
}

/** Whether a row's position is on the globe; NaN is greater than every number here, so it is not. */
function hasPositionSql({ longitude, latitude }: Identity): string {
  const within = (column: string, limit: number) =>
    `coalesce(${sourceColumn(column)} BETWEEN -${limit} AND ${limit}, false)`;
  return `${within(longitude, 180)} AND ${within(latitude, 90)}`;
}

/**
 * A point as 21 bytes of little-endian WKB (OGC 06-103r4 section 8.2.5), made from the bits of both numbers, so nothing is rounded. DuckDB writes a
 * number's bits with the highest byte first; neighbours are swapped byte by byte, then by two, then by four.
 */
const WKB_MACROS: readonly string[] = [
  `CREATE OR REPLACE TEMP MACRO ionbeam_swap_1(x) AS ((x & ${0x00ff00ff00ff00ffn}::UBIGINT) << 8::UBIGINT) | ((x >> 8::UBIGINT) & ${0x00ff00ff00ff00ffn}::UBIGINT)`,
  `CREATE OR REPLACE TEMP MACRO ionbeam_swap_2(x) AS ((x & ${0x0000ffff0000ffffn}::UBIGINT) << 16::UBIGINT) | ((x >> 16::UBIGINT) & ${0x0000ffff0000ffffn}::UBIGINT)`,
  `CREATE OR REPLACE TEMP MACRO ionbeam_swap_4(x) AS ((x & ${0xffffffffn}::UBIGINT) << 32::UBIGINT) | (x >> 32::UBIGINT)`,
  `CREATE OR REPLACE TEMP MACRO ionbeam_little_endian(x) AS
     CAST(CAST(ionbeam_swap_4(ionbeam_swap_2(ionbeam_swap_1(CAST(CAST(CAST(x AS DOUBLE) AS BIT) AS UBIGINT)))) AS BIT) AS BLOB)`,
];

function wkbPointSql(lon: string, lat: string): string {
  return `unhex('0101000000') || ionbeam_little_endian(${lon}) || ionbeam_little_endian(${lat})`;
}

async function positionsBox(
  session: ColumnarSession,
  from: string,
  identity: Identity,
): Promise<Box | undefined> {
  const lon = sourceColumn(identity.longitude);
  const lat = sourceColumn(identity.latitude);
  const [row] = await session.query(
    `SELECT min(${lon}) AS west, min(${lat}) AS south, max(${lon}) AS east, max(${lat}) AS north
     FROM ${from} AS source WHERE ${hasPositionSql(identity)}`,
  );
  const box = [row?.west, row?.south, row?.east, row?.north].filter((edge) => typeof edge === "number");
  const [west, south, east, north] = box;
  if (west === undefined || south === undefined || east === undefined || north === undefined)
    return undefined;
  return [west, south, east, north];
}

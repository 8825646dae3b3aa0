import { Invalid } from "../../errors";
import type { CanonicalColumn } from "../../observation/column";
import { type ColumnarSession, sqlName, sqlText } from "../../ports/columnar";
import { Z_ORDER_MACROS } from "./curve";
import { featureIdSql, type Identity, identityOrderSql, sourceColumn } from "./feature-id";
import { type Box, geoMetadata } from "./geo-metadata";

export interface GeoParquetRequest {
  /** Local path of the canonical Parquet. */
  readonly file: string;
  readonly columns: readonly CanonicalColumn[];
  readonly identity: readonly string[];
  readonly mobile: boolean;
}

const OURS = ["geometry", "bbox", "id"];

/** A row group's box prunes better the fewer rows it has; more than 64k rows must not be in one (SEMANTICS 5, *Days*). */
const ROWS_PER_GROUP = 65_536;

/** Names of a canonical file's axes and identity. @throws Invalid when an axis is missing */
function identityOf({ columns, identity, mobile }: Omit<GeoParquetRequest, "file">): Identity {
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
 * Writes a canonical file as GeoParquet 1.1 to `target`: its columns, then `geometry` (WKB), `bbox` (covering) and `id`; rows along the curve, then
 * by identity, then by time; rows without a position last. The bytes are a function of rows, schema and writer only (SEMANTICS 4).
 */
export async function writeGeoParquet(
  session: ColumnarSession,
  request: GeoParquetRequest,
  target: string,
): Promise<void> {
  const identity = identityOf(request);
  for (const macro of [...Z_ORDER_MACROS, ...WKB_MACROS]) await session.execute(macro);
  const metadata = geoMetadata(await positionsBox(session, request.file, identity));
  await session.execute(
    `COPY (${featuresSql(request, identity)}) TO ${sqlText(target)}
     (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROWS_PER_GROUP}, KV_METADATA { geo: ${sqlText(metadata)} })`,
  );
}

function featuresSql(request: GeoParquetRequest, identity: Identity): string {
  const lon = sourceColumn(identity.longitude);
  const lat = sourceColumn(identity.latitude);
  const here = hasPositionSql(identity);
  const columns = request.columns.map(
    ({ name }) => `${sourceColumn(name)} AS ${sqlName(exportedName(name, request.columns))}`,
  );
  const features = [
    `CASE WHEN ${here} THEN ${wkbPointSql(lon, lat)} END AS geometry`,
    `CASE WHEN ${here} THEN struct_pack(xmin := ${lon}, ymin := ${lat}, xmax := ${lon}, ymax := ${lat}) END AS bbox`,
    `${featureIdSql(identity)} AS id`,
  ];
  const order = [
    `CASE WHEN ${here} THEN ionbeam_z_order(${lon}, ${lat}) END NULLS LAST`,
    ...identityOrderSql(identity),
  ];
  // Sorted before the features are made: a sort that carries them along takes twice the memory.
  return `SELECT ${[...columns, ...features].join(", ")} FROM
    (SELECT * FROM read_parquet(${sqlText(request.file)}) AS source ORDER BY ${order.join(", ")}) AS source`;
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
  file: string,
  identity: Identity,
): Promise<Box | undefined> {
  const lon = sourceColumn(identity.longitude);
  const lat = sourceColumn(identity.latitude);
  const [row] = await session.query(
    `SELECT min(${lon}) AS west, min(${lat}) AS south, max(${lon}) AS east, max(${lat}) AS north
     FROM read_parquet(${sqlText(file)}) AS source WHERE ${hasPositionSql(identity)}`,
  );
  const box = [row?.west, row?.south, row?.east, row?.north].filter((edge) => typeof edge === "number");
  const [west, south, east, north] = box;
  if (west === undefined || south === undefined || east === undefined || north === undefined)
    return undefined;
  return [west, south, east, north];
}

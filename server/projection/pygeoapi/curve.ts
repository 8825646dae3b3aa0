/**
 * The space-filling curve of our GeoParquet: a Z-order (Morton) curve over 32 bits of longitude and 32 of latitude, so that rows that are
 * near each other on the globe stand near each other in the file and a row group's box is small.
 */

const CELLS = 4_294_967_296;

/**
 * Place on the curve of a position in degrees: latitude's bits above longitude's, alternating.
 * @returns an unsigned number of 64 bits
 */
export function zOrder(lon: number, lat: number): bigint {
  return spread(cell((lon + 180) / 360)) | (spread(cell((lat + 90) / 180)) << 1n);
}

/** Cell of a share of an axis; the eastern and northern edges belong to the last cell. */
function cell(share: number): bigint {
  return BigInt(Math.min(CELLS - 1, Math.max(0, Math.floor(share * CELLS))));
}

/** Each step halves the groups of bits and moves them apart: 32 bits become every second of 64. */
const STEPS: readonly (readonly [shift: bigint, mask: bigint])[] = [
  [16n, 0x0000ffff0000ffffn],
  [8n, 0x00ff00ff00ff00ffn],
  [4n, 0x0f0f0f0f0f0f0f0fn],
  [2n, 0x3333333333333333n],
  [1n, 0x5555555555555555n],
];

function spread(bits: bigint): bigint {
  return STEPS.reduce((spreading, [shift, mask]) => (spreading | (spreading << shift)) & mask, bits);
}

function cellSql(share: string): string {
  return `CAST(least(${CELLS - 1}, greatest(0, floor((${share}) * ${CELLS}.0::DOUBLE))) AS UBIGINT)`;
}

/**
 * The same in the columnar engine's SQL: a query of the rows of `table`, which stand in it as `source`, with their place on the curve as `_curve`, UBIGINT.
 * Each step is a query around the one before: written as one expression, in which a step names its argument twice, it takes the planner 40 ms.
 * @param lon SQL of degrees east, DOUBLE. @param lat SQL of degrees north, DOUBLE
 */
export function alongCurveSql(table: string, lon: string, lat: string): string {
  const cells = `SELECT *, ${cellSql(`(${lon} + 180) / 360`)} AS _east, ${cellSql(`(${lat} + 90) / 180`)} AS _north FROM ${table} AS source`;
  const spreading = STEPS.reduce((inner, [shift, mask]) => {
    const step = (bits: string) => `(${bits} | (${bits} << ${shift}::UBIGINT)) & ${mask}::UBIGINT AS ${bits}`;
    return `SELECT * REPLACE (${step("_east")}, ${step("_north")}) FROM (${inner})`;
  }, cells);
  return `SELECT * EXCLUDE (_east, _north), _east | (_north << 1::UBIGINT) AS _curve FROM (${spreading})`;
}

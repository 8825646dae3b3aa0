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

/** Macros that say the same in the columnar engine's SQL: `ionbeam_z_order(lon, lat)` on DOUBLE gives UBIGINT. */
export const Z_ORDER_MACROS: readonly string[] = [
  `CREATE OR REPLACE TEMP MACRO ionbeam_cell(share) AS CAST(least(${CELLS - 1}, greatest(0, floor(share * ${CELLS}.0::DOUBLE))) AS UBIGINT)`,
  ...STEPS.map(
    ([shift, mask], step) =>
      `CREATE OR REPLACE TEMP MACRO ionbeam_spread_${step}(x) AS (x | (x << ${shift}::UBIGINT)) & ${mask}::UBIGINT`,
  ),
  `CREATE OR REPLACE TEMP MACRO ionbeam_spread(x) AS ${STEPS.reduce((inner, _, step) => `ionbeam_spread_${step}(${inner})`, "x")}`,
  `CREATE OR REPLACE TEMP MACRO ionbeam_z_order(lon, lat) AS
     ionbeam_spread(ionbeam_cell((lon + 180) / 360)) | (ionbeam_spread(ionbeam_cell((lat + 90) / 180)) << 1::UBIGINT)`,
];

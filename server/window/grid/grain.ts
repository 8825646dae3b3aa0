import type { Interval } from "../../observation/interval";
import { DAY, HOUR, MINUTE, type Micros } from "../../observation/time";

/** Lengths of cells that people can read off an axis; the shortest is that of the shortest window. */
const GRAINS: readonly Micros[] = [
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  4 * DAY,
  8 * DAY,
];

/** Cells of all datasets together in one answer. */
export const MOST_CELLS = 30_000;

/**
 * How long a cell of several windows is.
 * @param most cells that a row has room for @param rows datasets in the answer
 * @returns the shortest length of the list under which neither a row nor the answer has too many cells; else its longest
 */
export function grain({ start, end }: Interval, most: number, rows: number): Micros {
  const room = Math.max(1, Math.min(most, Math.floor(MOST_CELLS / Math.max(1, rows))));
  return GRAINS.find((each) => (end - start) / each <= room) ?? 8 * DAY;
}

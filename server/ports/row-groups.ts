import type { Interval } from "../observation/interval";

/** [west, south, east, north], degrees. */
export type GroupBox = readonly [west: number, south: number, east: number, north: number];

/** One row group of a GeoParquet file: what a reader must know to pass over it unread. */
export interface RowGroup {
  readonly rows: number;
  /** Compressed bytes of all its columns. */
  readonly bytes: number;
  /** Where its first byte lies in the file. */
  readonly offset: number;
  /** The box of its positions; null when none of its rows has one. */
  readonly box: GroupBox | null;
  /** When its rows are of, [first, last + 1 µs); null when the file does not tell. */
  readonly time: Interval | null;
}

/** A GeoParquet file by its footer. */
export interface GroupedFile {
  /** Names of its columns at the top level, in their order. */
  readonly columns: readonly string[];
  readonly groups: readonly RowGroup[];
}

/** Tells the row groups of GeoParquet files by their footers; no row is read. Files never change, so what was read once is remembered. */
export interface RowGroups {
  /**
   * @param paths local paths @param timeColumn the column of role time
   * @returns by path, each file's row groups in their order
   * @throws Transient when a file is not there (any more)
   */
  of(paths: readonly string[], timeColumn: string): Promise<ReadonlyMap<string, GroupedFile>>;
}

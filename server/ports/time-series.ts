import type { Interval } from "../observation/interval";

/** One ingestion of one delivery; rows of different generations stand beside each other until the build chooses. */
export interface SeriesRef {
  readonly dataset: string;
  /** The ledger's delivery key (hex SHA-256). */
  readonly delivery: string;
  /** The generation's command id (a UUID): unique per ingestion. */
  readonly generation: string;
}

/**
 * The time series: canonical points per (delivery, generation). A points file is Parquet in canonical columns (SEMANTICS 1):
 * `datetime` (timestamp, µs, UTC), `lat`, `lon` (double, null where missing or off the globe), variables (double or their dtype), metadata columns, and
 * `_row` (bigint: row number in the payload, so that the later row of a payload wins). No other bookkeeping columns.
 */
export interface TimeSeries {
  /** Takes a finished points file over (moves it). The same call twice leaves the same state. An empty file is legal. */
  write(ref: SeriesRef, pointsFile: string): Promise<void>;
  /**
   * Local Parquet files that together hold exactly the rows of `refs` (more columns, other times and rows of other refs may be in them). Paths stay
   * readable until `release` is called.
   * @throws Transient when rows of a ref cannot be read
   */
  read(refs: readonly SeriesRef[], interval: Interval): Promise<SeriesRead>;
  /** Deletes all rows of these refs; one without rows is fine. A file that they share with others is written again once, without all of them. */
  remove(refs: readonly SeriesRef[]): Promise<void>;
  /** About how much these refs take on disk: of a file that they share with others, their part. */
  bytes(refs: readonly SeriesRef[]): Promise<number>;
  /** A bounded piece of background work, such as putting small files together. Never changes what `read` gives. @returns whether there may be more */
  upkeep(signal: AbortSignal): Promise<boolean>;
}

export interface SeriesFile {
  readonly path: string;
  /** Those of the asked refs whose rows are in it; one where the file is not shared. */
  readonly refs: readonly SeriesRef[];
  /** Whether rows of several refs stand in it: then it has the columns `_delivery` and `_generation`. */
  readonly shared: boolean;
}

export interface SeriesRead {
  readonly files: readonly SeriesFile[];
  release(): Promise<void>;
}

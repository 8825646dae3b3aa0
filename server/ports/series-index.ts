import type { SeriesRef } from "./time-series";

/** When files of points are put together. */
export interface CompactionPolicy {
  /** An ingestion rests this long first. */
  readonly settleMs: number;
  /** So many files of one dataset are worth the work. */
  readonly minFiles: number;
  readonly maxFiles: number;
  /** Rows in one shared file; an ingestion with more than half of that keeps its own. */
  readonly maxRows: number;
  /** After this long, fewer than `minFiles` are worth it too. */
  readonly patienceMs: number;
}

/** An ingestion that lies in a file of its own. */
export interface LoneSegment extends SeriesRef {
  readonly rows: number;
  /** Whether it has waited for company longer than the policy's patience. */
  readonly overdue: boolean;
}

/**
 * Where the points of committed ingestions lie, when they were put together. An ingestion that it does not know lies in a file of its own. The
 * ingestion's row itself is the entry, so there is no second truth.
 */
export interface SeriesIndex {
  /** Keys of shared files, by generation; generations in files of their own are left out. */
  find(refs: readonly SeriesRef[]): Promise<ReadonlyMap<string, string>>;
  /** Ingestions of one dataset that may be put together, oldest observations first; none when nothing is worth it. Reads what waits, not the history. */
  candidates(policy: CompactionPolicy): Promise<readonly LoneSegment[]>;
  /** Those are not candidates again. */
  leaveAlone(refs: readonly SeriesRef[]): Promise<void>;
  /** Notes a file before it is written: if it never comes into use, it is found among the retired ones. */
  announce(key: string): Promise<void>;
  /**
   * In one transaction: `refs`, which lie in the shared file `from` (undefined: each in a file of its own), lie in the announced file `to` from
   * now on, and the files `left` are retired.
   * @returns false when nothing was changed, because one of the refs had moved or was being removed or `to` was no longer announced
   */
  move(
    refs: readonly SeriesRef[],
    from: string | undefined,
    to: string,
    left: readonly string[],
  ): Promise<boolean>;
  /** What lies in a shared file and is not being removed. */
  contents(key: string): Promise<readonly SeriesRef[]>;
  /** These ingestions lie nowhere any more. A shared file that held one has to be written again without it, or to be retired. */
  drop(refs: readonly SeriesRef[]): Promise<void>;
  /** A file that nobody is sent to any more. */
  retire(key: string): Promise<void>;
  /** Files retired longer than `ageMs` ago, at most 256. */
  retired(ageMs: number): Promise<readonly string[]>;
  /** After their deletion. */
  forget(keys: readonly string[]): Promise<void>;
}

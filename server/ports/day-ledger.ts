import type { CanonicalColumn } from "../observation/column";
import type { Interval } from "../observation/interval";
import type { Micros } from "../observation/time";
import type { DatasetExtent, Product, ShownFile } from "../projection/plugin";

/** When days are put together and shown. */
export interface DayPolicy {
  /** A day rests this long after its last change before it is put together again: late data that trickles in must not rewrite it each time. */
  readonly quietMs: number;
  /** Readers are shown something new at most this often (SEMANTICS 5: once a minute). */
  readonly restMs: number;
  /** A day that is not ready is looked at again after this long. */
  readonly lookMs: number;
  /** A file that left the plan stays this long for those who are reading it. */
  readonly keepMs: number;
}

/** One UTC day of one dataset in one projection. */
export interface DayRef {
  readonly projection: string;
  readonly dataset: string;
  /** 00:00 UTC. */
  readonly day: Micros;
}

/** A projected window and the revision that its products show. */
export interface CoveredWindow extends Interval {
  readonly revision: number;
}

/** A day to be put together, as it was when it was looked at. */
export interface DayPlan extends DayRef {
  /** Rises with each change of the day's products: what was made for another state is not taken. */
  readonly changed: number;
  readonly attempts: number;
  readonly datasetColumns: readonly CanonicalColumn[];
  readonly windows: readonly (CoveredWindow & { readonly products: readonly Product[] })[];
}

/** `compact`: to be put together. `alone`: at most one file, which stays as it is. `wait`: looked at again later. */
export type DayVerdict =
  | { readonly kind: "compact" | "alone"; readonly plan: DayPlan }
  | { readonly kind: "wait" };

/** What readers of a dataset are to be shown. */
export interface ShowPlan {
  readonly projection: string;
  readonly dataset: string;
  readonly changed: number;
  readonly datasetColumns: readonly CanonicalColumn[];
  readonly files: readonly ShownFile[];
  readonly extent: DatasetExtent | undefined;
  /** Files that lack a column of the dataset: they are written again before anything new is shown. */
  readonly outdated: number;
}

/** A file of a dataset as a reader plans with it: its rows outside `except` hold for `interval`. */
export interface PlannedFile extends ShownFile {
  readonly kind: "day" | "window";
  /** Parts of a day's file that later revisions shadow. */
  readonly except: readonly Interval[];
  /** The windows whose current revisions it holds. */
  readonly windows: readonly CoveredWindow[];
}

/** How far a dataset is put together and shown. */
export interface DayState {
  readonly days: number;
  readonly compacted: number;
  /** When readers were shown what they see. */
  readonly shownAt: Micros | undefined;
  /** Whether that is all there is. */
  readonly upToDate: boolean;
  /** Files that lack a column which the dataset has grown: nothing new is shown until they have it. */
  readonly rewriting: number;
  readonly error: string | undefined;
}

/** What readers of each dataset are shown (SEMANTICS 5, *Days*). */
export interface ShownDatasets {
  /** Datasets that have changed since they were shown and whose rest is over. */
  due(): Promise<readonly { readonly projection: string; readonly dataset: string }[]>;
  plan(projection: string, dataset: string): Promise<ShowPlan | undefined>;
  /** Has what lacks a column written again: windows are projected once more, days put together once more. */
  rewrite(plan: ShowPlan, lookAgain: Micros): Promise<void>;
  shown(plan: ShowPlan): Promise<void>;
  failed(plan: ShowPlan, error: string, retryAt: Micros): Promise<void>;
}

/** Which days are put together in which files (SEMANTICS 5, *Days*). */
export interface DayLedger {
  /** Days that may be ready, those that wait longest first. */
  due(limit: number): Promise<readonly DayRef[]>;
  /** Looks whether a day is built, settled, projected and quiet; where it is not, it is due again later. */
  verdict(day: DayRef): Promise<DayVerdict>;
  /** Notes a file before it is written: if it never comes into use, it is found among those that left. */
  announce(plan: DayPlan, key: string): Promise<void>;
  /** The announced file holds the day from now on; without one, its only window stands for it. @returns false when the day has changed meanwhile */
  commit(plan: DayPlan, file: { key: string; product: Product; rows: number } | undefined): Promise<boolean>;
  failed(plan: DayPlan, error: string, retryAt: Micros): Promise<void>;
  /** Files that left the plan long enough ago, at most 256. */
  left(): Promise<readonly string[]>;
  /** After their deletion. */
  forget(keys: readonly string[]): Promise<void>;

  /** Files that together hold exactly the current products of a dataset in a range. */
  files(projection: string, dataset: string, range: Interval): Promise<readonly PlannedFile[]>;
  state(projection: string, dataset: string): Promise<DayState | undefined>;
}

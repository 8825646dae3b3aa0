import type { Micros } from "../observation/time";
import type { Product } from "../projection/plugin";
import type { Page } from "./views";

/** A projection for its page; nothing in it is counted over all of history. */
export interface ProjectionSummary {
  readonly name: string;
  readonly kind: string;
  readonly title: string;
  readonly enabled: boolean;
  /** Windows that were projected within 24 h. */
  readonly doneLastDay: number;
  readonly owed: number;
  readonly running: number;
  readonly failed: number;
  readonly lastDoneAt: Micros | undefined;
  /** The latest window of each dataset that it has done. */
  readonly newest: readonly { readonly dataset: string; readonly start: Micros; readonly end: Micros }[];
}

export type ProjectedState = "done" | "queued" | "running" | "failed";

/** One window of one projection. */
export interface ProjectedWindow {
  readonly dataset: string;
  readonly start: Micros;
  readonly end: Micros;
  readonly state: ProjectedState;
  readonly wanted: number;
  readonly done: number;
  readonly attempts: number;
  readonly error: string | undefined;
  readonly retryAt: Micros | undefined;
  readonly doneAt: Micros | undefined;
  readonly products: readonly Product[];
}

/** What the pages of projections read. Every list reads only its page. */
export interface ProjectionPages {
  /** In the order of their names. */
  summaries(): Promise<readonly ProjectionSummary[]>;
  /** Those that are owed, the latest in time first, or of these the failed ones; or those that are done, the last one first. */
  windows(
    projection: string,
    which: "failed" | "owed" | "done",
    page: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Page<ProjectedWindow>>;
}

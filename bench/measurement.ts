export type StepName = "ingest" | "window build" | "GeoParquet";

/** How often the time of a plain COPY a step may take. */
export const BOUNDS: Readonly<Record<StepName, number>> = {
  ingest: 3,
  "window build": 4,
  GeoParquet: 4,
};

/** What the process may grow to, MiB. */
export const MOST_MIB = 1024;

export interface Step {
  readonly name: StepName;
  readonly seconds: number;
  /** DuckDB's COPY of the same rows: the mean of one before and one after. */
  readonly copySeconds: number;
  readonly ratio: number;
}

export interface Measurement {
  readonly rows: number;
  readonly steps: readonly Step[];
  /** VmHWM of the process. */
  readonly peakMiB: number;
  readonly payloadMiB: number;
  /** What was found, and what is known to have been put in. */
  readonly checks: Readonly<Record<string, readonly [found: number, wanted: number]>>;
}

import type { Interval } from "../observation/interval";

/**
 * What a kind of source brings along to be tried: a vendor that stands on this machine and answers in the real shape. Its folder's
 * `trial.testing.ts` exports `open`, which gives one; the tests of all kinds run it.
 */
export interface SourceTrial {
  /** Configuration as it stands in the YAML: where the vendor answers, and what else is not as by default. */
  readonly config: Readonly<Record<string, unknown>>;
  /** A range for which the vendor has rows. */
  readonly range: Interval;
  /** Variables that are set while it is tried, such as a key that the vendor asks for. */
  readonly environment?: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface SourceTrialFile {
  open(): Promise<SourceTrial>;
}

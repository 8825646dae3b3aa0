import type { ProbeFinding } from "../health/model";
import type { Micros } from "../observation/time";

/** The last probe of each source. */
export interface Probes {
  last(source: string): Promise<{ readonly finding: ProbeFinding; readonly at: Micros } | undefined>;
  /** In the place of the one before. */
  keep(source: string, finding: ProbeFinding): Promise<void>;
}

import type { Interval } from "../observation/interval";
import type { Micros } from "../observation/time";
import type { Ledger } from "../ports/ledger";

export type SpanRules = Awaited<ReturnType<Ledger["spans"]>>;

/** Which windows there are, asked of the window noun by way of the runtime: ingestion does not know the rule. */
export interface Alignment {
  readonly windowAt: (rules: SpanRules, instant: Micros) => Interval;
  /** @throws Invalid for a claim over more than 10,000 windows */
  readonly cutClaim: (
    rules: SpanRules,
    start: Micros,
    end: Micros,
  ) => { window: Interval; claim: Interval }[];
}

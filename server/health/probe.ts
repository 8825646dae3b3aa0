import type { Micros } from "../observation/time";
import type { StagedHttp } from "../ports/staged-http";
import type { Judged } from "./judge-status";

/** What a plug-in's probe needs of the world. */
export interface ProbePorts {
  readonly http: StagedHttp;
  readonly now: Micros;
  /** Aborted when the probe's time is over, or nobody waits for it any more. */
  readonly signal: AbortSignal;
  /** What one request may take, ms. */
  readonly timeoutMs: number;
}

/** How far a probe came. `what` names what was asked for; `found` says what came, where all went well or there was nothing new. */
export interface Probed extends Judged {
  readonly what: string;
  readonly found: string | undefined;
}

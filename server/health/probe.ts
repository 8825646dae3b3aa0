import type { Micros } from "../observation/time";
import type { StagedHttp } from "../ports/staged-http";
import type { Judged } from "./judge-status";
import type { Check } from "./model";

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

/** What a person may do, by the check that failed, whatever it was that was sent there. */
export const ADVICE: Readonly<Record<Check, string>> = {
  "name resolution": "check the address in its settings, and that this machine can look names up",
  connection: "check the address and port, that the service runs, and that no firewall stands between",
  TLS: "check that the address begins with the right one of http and https, and the service's certificate",
  protocol: "look whether the service is in trouble",
  authentication: "enter its user name, password or key anew",
  permission: "ask its operators whether this machine is blocked, or the account lacks a right",
  path: "check the path of the address",
  limit: "ask it less often, or wait",
  payload: "check that the address is that of the service, and no page in front of it",
  "nothing new": "look whether its operators tell of an interruption",
};

/** The same for a source, whose runs are tried again where the service itself is in trouble or asks to wait. */
export function collectingAdvice(check: Check): string {
  const passes = check === "protocol" || check === "limit";
  return passes ? `${ADVICE[check]}; what is collected is asked for again by itself` : ADVICE[check];
}

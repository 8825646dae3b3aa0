import { z } from "zod";

/** What is looked at when a service is asked, in the order in which an answer comes about. Each is the name of what may be wrong. */
export const CHECKS = [
  "name resolution",
  "connection",
  "TLS",
  "protocol",
  "authentication",
  "permission",
  "path",
  "limit",
  "payload",
  "nothing new",
] as const;
export const Check = z.enum(CHECKS);
export type Check = z.infer<typeof Check>;

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

/** The same for a source, whose runs are tried again where the service itself is in trouble, asks to wait, or has nothing yet. */
export function collectingAdvice(check: Check): string {
  const passes = check === "protocol" || check === "limit" || check === "nothing new";
  return passes ? `${ADVICE[check]}; what is collected is asked for again by itself` : ADVICE[check];
}

/** What became of one check. One that was not reached is not tried, and one that the address does not have is not applicable: neither is a pass. */
export const CheckState = z.enum(["passed", "failed", "not tried", "not applicable"]);
export type CheckState = z.infer<typeof CheckState>;

export const Checked = z.object({ check: Check, state: CheckState });
export type Checked = z.infer<typeof Checked>;

/** The closed vocabulary of a source's health: the check that failed, or why there is none that did. */
export const Health = z.enum([...CHECKS, "passed", "never tried", "not applicable"]);
export type Health = z.infer<typeof Health>;

/** What a probe found. */
export const ProbeFinding = z.object({
  health: Health,
  checks: z.array(Checked),
  /** A sentence: what was asked, what came, and what to do. */
  sentence: z.string(),
  /** The version of the settings that it was of; absent of one that was kept before that was written down. */
  settings: z.string().optional(),
  /** How long it took, ms. */
  tookMs: z.number().nonnegative(),
});
export type ProbeFinding = z.infer<typeof ProbeFinding>;

/** All checks, with what became of those that were looked at; the others are not tried. */
export function allChecks(looked: readonly Checked[]): Checked[] {
  return CHECKS.map((check) => looked.find((each) => each.check === check) ?? { check, state: "not tried" });
}

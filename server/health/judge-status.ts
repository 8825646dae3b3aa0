import type { StagedAnswer } from "../ports/staged-http";
import type { Check, Checked } from "./model";

/** What went wrong with a request, or nothing; and all that was looked at. */
export interface Judged {
  readonly checks: readonly Checked[];
  readonly failed: { readonly check: Check; readonly why: string } | undefined;
}

/** What an answer to what was asked proves, beyond the protocol, in their order. */
const AFTER: readonly Check[] = ["authentication", "permission", "path", "limit"];

/** Which check a status fails (RFC 9110 15.5, RFC 6585 4); undefined when it is an answer to what was asked. */
export function checkOfStatus(status: number): Check | undefined {
  if (status === 401 || status === 407) return "authentication";
  if (status === 403 || status === 451) return "permission";
  if (status === 404 || status === 410 || (status >= 300 && status < 400)) return "path";
  if (status === 429) return "limit";
  return status >= 200 && status < 300 ? undefined : "protocol";
}

/**
 * How far a request came when its answer's status is read too. A status that refuses proves no check but the one that it fails: services look in their
 * own order. That no credentials were asked for is no proof of any: without them the check does not apply.
 * @param credentials whether the request carried any
 */
export function judgeStatus(came: StagedAnswer, credentials: boolean): Judged {
  const { answer } = came;
  if (!answer) return came;
  const { status, headers } = answer;
  const check = checkOfStatus(status);
  const before = came.checks.filter((each) => each.check !== "protocol");
  if (check === "protocol")
    return {
      checks: [...before, { check, state: "failed" }],
      failed: { check, why: `it answered with status ${status}` },
    };
  if (check === undefined) {
    const proven = AFTER.map((each): Checked => {
      const state = each === "authentication" && !credentials ? "not applicable" : "passed";
      return { check: each, state };
    });
    return { checks: [...came.checks, ...proven], failed: undefined };
  }
  const wait = headers["retry-after"];
  const to = headers.location;
  const why =
    check === "path" && to !== undefined
      ? `it answered with status ${status}, a redirect to another address`
      : `it answered with status ${status}${wait === undefined ? "" : `, and asks to wait (Retry-After: ${wait.slice(0, 40)})`}`;
  return { checks: [...came.checks, { check, state: "failed" }], failed: { check, why } };
}

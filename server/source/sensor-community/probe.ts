import { judgeStatus } from "../../health/judge-status";
import type { Check, Checked } from "../../health/model";
import type { Probed, ProbePorts } from "../../health/probe";
import { DAY } from "../../observation/time";
import type { SensorCommunityConfig } from "./config";
import { dayName } from "./fetch-day";
import { parseListing } from "./listing";

/** A day is published on the next one until about 08:00 UTC: the day before yesterday is there when all is well. */
const PUBLISHED = 2 * DAY;
/** A day's listing has about 20 000 lines of 250 bytes. */
const MOST_BYTES = 32 * 1024 ** 2;

/** Asks the archive for the listing of the day before yesterday: one request. */
export async function probe(config: SensorCommunityConfig, ports: ProbePorts): Promise<Probed> {
  const day = dayName(Math.floor(ports.now / DAY) * DAY - PUBLISHED);
  const url = `${config.base_url.replace(/\/+$/, "")}/${day}/`;
  const what = `the listing of ${day} at ${withoutPassword(url)}`;
  // A run is refused such an address (`fetch` takes none with credentials), and so it is no pass here.
  if (withoutPassword(url) !== url) {
    const why = "the address carries a user name or password, with which runs ask nobody: leave them out";
    return failing([], "authentication", why, what);
  }
  const { timeoutMs, signal } = ports;
  const came = await ports.http.ask({ url, timeoutMs, mostBytes: MOST_BYTES, follow: true, signal });
  const judged = judgeStatus(came, false);
  if (judged.failed || !came.answer) return { ...judged, what, found: undefined };
  const listing = parseListing(came.answer.text, url);
  if ("problem" in listing) return failing(judged.checks, "payload", listing.problem, what);
  const checks: Checked[] = [...judged.checks, { check: "payload", state: "passed" }];
  if (listing.names.length === 0)
    return failing(checks, "nothing new", "the listing has no files of that day", what);
  return {
    checks: [...checks, { check: "nothing new", state: "passed" }],
    failed: undefined,
    what,
    found: `it lists ${listing.names.length} files`,
  };
}

function failing(checks: readonly Checked[], check: Check, why: string, what: string): Probed {
  return { checks: [...checks, { check, state: "failed" }], failed: { check, why }, what, found: undefined };
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@]*@/, "//");
}

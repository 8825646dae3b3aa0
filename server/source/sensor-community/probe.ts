import { judgeStatus } from "../../health/judge-status";
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
  const { timeoutMs, signal } = ports;
  const came = await ports.http.ask({ url, timeoutMs, mostBytes: MOST_BYTES, follow: true, signal });
  const judged = judgeStatus(came, false);
  const what = `the listing of ${day} at ${withoutPassword(url)}`;
  if (judged.failed || !came.answer) return { ...judged, what, found: undefined };
  const listing = parseListing(came.answer.text, url);
  if ("problem" in listing) {
    const failed = { check: "payload", why: listing.problem } as const;
    return {
      checks: [...judged.checks, { check: "payload", state: "failed" }],
      failed,
      what,
      found: undefined,
    };
  }
  const checks = [...judged.checks, { check: "payload", state: "passed" } as const];
  if (listing.names.length === 0) {
    const failed = { check: "nothing new", why: "the listing has no files of that day" } as const;
    return { checks: [...checks, { check: "nothing new", state: "failed" }], failed, what, found: undefined };
  }
  return {
    checks: [...checks, { check: "nothing new", state: "passed" }],
    failed: undefined,
    what,
    found: `it lists ${listing.names.length} files`,
  };
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@]*@/, "//");
}

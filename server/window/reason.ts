import type { Interval } from "../observation/interval";
import { formatInstant, type Micros, SECOND } from "../observation/time";
import type { Judgement, WindowFacts, WindowRecord } from "./model";

type Judged = Pick<Judgement, "coverage" | "need" | "work" | "state" | "output">;

const MOST_GAPS = 3;

/** The sentence that stands beside a window's state: what holds, why, and what comes next. Times are absolute, in UTC. */
export function reasonFor(facts: WindowFacts, record: WindowRecord, judged: Judged, now: Micros): string {
  const { need, work } = judged;
  if (work.kind === "running") {
    const of = facts.touches.length > 0 ? ` of ${deliveries(facts)}` : "";
    return `a build${of} runs; should it die, another may begin when its lease ends at ${soon(work.until)}`;
  }
  if (need.kind === "due") return dueReason(facts, record, judged);
  if (need.kind === "settling") return settlingReason(facts, record, judged.coverage, need.until, now);
  if (need.kind === "waiting") return waitingReason(facts, need.gaps, need.until);
  if (need.kind === "sealed") {
    const stays = record.lastRevision > 0 ? `; revision ${record.lastRevision} stays as it is` : "";
    return `what came was too late: points of this window are gone and so are their payloads, so it is not built from what is left${stays}`;
  }
  const rest = restReason(facts, record, judged);
  return record.sealed ? `${rest}; ${SEALED}` : rest;
}

/** Until when it collects and may change, and what comes then. */
function settlingReason(
  { window }: WindowFacts,
  { output }: WindowRecord,
  { complete, gaps }: Judged["coverage"],
  until: Micros,
  now: Micros,
): string {
  const open = now < window.end;
  const change = open && until === window.end ? "" : `may still change until ${instant(until)}`;
  const collecting = open ? `collecting until ${instant(window.end)}` : "";
  const both = [collecting, change].filter((part) => part !== "").join("; ");
  if (output !== "none") return `${both}, then it is built again`;
  if (complete) return `${both}, then it is built`;
  // Of a window that is open, what is missing is mostly still to come.
  return open ? `${both}, then it is built when nothing is missing` : `${both}; so far ${missing(gaps)}`;
}

/** Shown beside whatever else holds of a sealed window. */
const SEALED = "sealed: its points and payloads are deleted, so it stays as it is";

/** What a build waits for when points were deleted; undefined when all are there. */
function restoreReason({ touches }: WindowFacts): string | undefined {
  const gone = touches.filter((touch) => touch.gone);
  if (gone.length === 0) return undefined;
  const failed = gone.find(({ restoreError }) => restoreError !== undefined)?.restoreError;
  const waits = `waits for the points of ${counted(gone.length, "delivery", "deliveries")} to be restored from the payload`;
  return failed === undefined
    ? waits
    : `${waits}; the last attempt failed: ${sentence(failed)}; it is tried again`;
}

function dueReason(facts: WindowFacts, record: WindowRecord, { need, work }: Judged): string {
  if (work.kind === "failed") {
    return `${sentence(work.error)} (attempt ${work.attempts}); the next attempt is at ${soon(work.retryAt)}`;
  }
  if (need.kind === "due" && need.quietUntil !== undefined) {
    return `its deliveries changed; it is built again when nothing more comes, quiet until ${soon(need.quietUntil)}`;
  }
  if (record.sealed) return `somebody asked to publish it once more; ${SEALED}`;
  const waits = restoreReason(facts);
  if (waits !== undefined) return waits;
  if (record.reprocess !== "none") return "somebody asked to reprocess it; it is next";
  if (record.output !== "none") return "its deliveries changed; it is built again next";
  return facts.touches.length > 0
    ? `ready: ${deliveries(facts)} to build from; its build is queued`
    : `ready: ${withoutRows(facts)}`;
}

function waitingReason(facts: WindowFacts, gaps: readonly Interval[], until: Micros | undefined): string {
  const then =
    until === undefined ? "it is built when that comes" : `it is built without that after ${soon(until)}`;
  const came = facts.touches.length > 0 ? `${deliveries(facts)} received` : withoutRows(facts);
  return `${came}; ${missing(gaps)}; ${then}`;
}

/** Why nothing of what was asked for is a row of this window. A rejected row has no window: it is told of its delivery. */
function withoutRows({ asked }: WindowFacts): string {
  const facts: string[] = [];
  if (asked.withdrawn > 0) facts.push(`${counted(asked.withdrawn, "delivery", "deliveries")} withdrawn`);
  if (asked.rejecting > 0) {
    const rows = counted(asked.rejectedRows, "row", "rows");
    facts.push(`${rows} of ${counted(asked.rejecting, "delivery", "deliveries")} rejected`);
  }
  if (asked.damaged) {
    const { files, example } = asked.damaged;
    facts.push(
      `${counted(files, "file", "files")} of what was collected damaged (${files === 1 ? "" : "such as "}${example})`,
    );
  }
  return facts.length > 0
    ? `asked, and no usable row is left: ${facts.join(", ")}`
    : "asked, and nothing came";
}

function restReason(facts: WindowFacts, record: WindowRecord, { state, coverage, output }: Judged): string {
  const number = `revision ${record.lastRevision}`;
  if (state === "built") return `${number} from ${deliveries(facts)}`;
  const noRows = facts.touches.length > 0 ? "every row that came is excluded" : withoutRows(facts);
  if (state === "incomplete") {
    const what = output === "empty" ? `has no rows: ${noRows}` : `from ${deliveries(facts)}`;
    return `${number} ${what}; ${percent(coverage.share)} covered, ${missing(coverage.gaps)}; it is built again when more comes`;
  }
  if (output === "none") return "nothing claims or touches this window";
  return noRows;
}

function deliveries({ touches }: WindowFacts): string {
  const rows = touches.reduce((sum, touch) => sum + touch.rows, 0);
  return `${counted(touches.length, "delivery", "deliveries")} with ${counted(rows, "row", "rows")}`;
}

function missing(gaps: readonly Interval[]): string {
  const shown = gaps.slice(0, MOST_GAPS).map((gap) => `${instant(gap.start)} to ${instant(gap.end)}`);
  const more = gaps.length - shown.length;
  return `no delivery for ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Never rounds a window with a gap up to all of it. */
function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}

/** Plain digits: a script reads this sentence too, and pages group them. */
function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function sentence(error: string): string {
  return error.trim().replace(/[.\s]+$/, "") || "the build failed";
}

/** `2026-11-24 14:00 UTC`, with seconds only where there are any: what is missing is longer than one. */
function instant(at: Micros): string {
  const seconds = Math.floor(at / SECOND) * SECOND;
  const text = formatInstant(seconds).replace("T", " ").replace("Z", "");
  return `${seconds % (60 * SECOND) === 0 ? text.slice(0, 16) : text} UTC`;
}

/** An instant to wait for: nobody waits for microseconds. */
function soon(at: Micros): string {
  return instant(Math.ceil(at / SECOND) * SECOND);
}

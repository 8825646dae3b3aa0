import { MINUTE, type Micros } from "../observation/time";
import { LONGEST_WAIT } from "./back-off";
import { coverage } from "./coverage";
import { desiredHash } from "./desired";
import type {
  Coverage,
  Judgement,
  Need,
  WindowFacts,
  WindowRecord,
  WindowSettings,
  WindowState,
  Work,
} from "./model";
import { reasonFor } from "./reason";
import { reasonClassOf } from "./reason-class";

/** A window that has an output is built again once its desired set has been quiet this long ... */
const QUIET: Micros = MINUTE;
/** ... and at the latest this long after the first change. */
const LATEST: Micros = 10 * MINUTE;

/** The record of a window that has no row yet. */
export const UNKNOWN: WindowRecord = {
  desiredHash: "",
  firstChange: undefined,
  lastChange: undefined,
  builtHash: undefined,
  output: "none",
  lastRevision: 0,
  attempts: 0,
  error: undefined,
  retryAt: undefined,
  leaseUntil: undefined,
  sealed: false,
  reprocess: "none",
};

type Marks = Pick<Judgement, "firstChange" | "lastChange" | "attempts" | "error" | "retryAt">;

/**
 * Judges one window by SEMANTICS 4: what is owed, what holds it back, and when to look again. Pure: the same facts, settings and instant
 * give the same judgement, and judging a stored judgement again at the same instant changes nothing.
 */
export function judge(facts: WindowFacts, settings: WindowSettings, now: Micros): Judgement {
  const record = facts.record ?? UNKNOWN;
  const desired = desiredHash(facts.window, facts.touches, facts.exclusions);
  const covered = coverage(facts.window, facts.claims);
  const running = record.leaseUntil !== undefined && record.leaseUntil > now;
  const wanted = facts.claims.length > 0 || facts.touches.some((touch) => touch.rows > 0);
  const built = record.builtHash !== undefined;
  // A window under a live build stays until the lease ends: without its row nobody could see that somebody builds it.
  const exists = wanted || built || running;
  const owed = exists && isOwed(record, desired, wanted);
  const marks = marksOf(facts.record, record, desired, running, owed, now);
  const need = needOf(facts, record, settings, covered, marks, owed, now);
  const work = workOf(record, marks, need, running, now);
  const state = stateOf(facts, record, covered, need, work, now);
  const stale = record.output !== "none" && need.kind !== "none";
  const judged = {
    desiredHash: desired,
    coverage: covered,
    output: record.output,
    need,
    work,
    state,
    stale,
    askedAgain: stale && record.builtHash === desired,
    ...marks,
    exists,
  };
  // What is sealed is not built, only published once more.
  const restore = isOpen(need) && !record.sealed ? facts.touches.filter(({ gone }) => gone) : [];
  const may =
    work.kind === "queued" || (work.kind === "failed" && mayRetry(work.retryAt, now) && isOpen(need));
  return {
    ...judged,
    buildNow: may && restore.length === 0,
    restore: restore.map(({ generation }) => generation),
    lookAgainAt: exists ? nextChange(facts, need, work, restore.length > 0, now) : undefined,
    reason: reasonFor(facts, record, judged, now),
    reasonClass: reasonClassOf(facts, record, judged),
  };
}

/** Whether a window owes something: never built, built from another desired set, or asked for. */
export function isOwed(
  record: Pick<WindowRecord, "reprocess" | "builtHash">,
  desired: string,
  wanted: boolean,
): boolean {
  if (record.reprocess !== "none") return true;
  return record.builtHash === undefined ? wanted : record.builtHash !== desired;
}

/** The change marks and the failure as they must be stored: a new desired hash starts both anew, and what is not owed has neither. */
function marksOf(
  stored: WindowRecord | undefined,
  record: WindowRecord,
  desired: string,
  running: boolean,
  owed: boolean,
  now: Micros,
): Marks {
  const failure = { attempts: record.attempts, error: record.error, retryAt: record.retryAt };
  const none = { attempts: 0, error: undefined, retryAt: undefined };
  const changed = stored === undefined || record.desiredHash !== desired;
  // While a build runs, a return to the built hash is a change like any other: the build may be about to record something else.
  const forgotten = record.builtHash === desired && !running;
  if (forgotten) return { firstChange: undefined, lastChange: undefined, ...(owed ? failure : none) };
  if (!changed) {
    return { firstChange: record.firstChange, lastChange: record.lastChange, ...(owed ? failure : none) };
  }
  // After the clock went back, a first change in the future would keep trickling data from ever being late.
  const first = record.firstChange === undefined ? now : Math.min(record.firstChange, now);
  return { firstChange: first, lastChange: now, ...none };
}

function needOf(
  facts: WindowFacts,
  record: WindowRecord,
  settings: WindowSettings,
  covered: Coverage,
  marks: Marks,
  owed: boolean,
  now: Micros,
): Need {
  if (!owed) return { kind: "none" };
  // Publishing the current revision once more needs no points.
  if (record.sealed)
    return record.reprocess === "none" ? { kind: "sealed" } : { kind: "due", quietUntil: undefined };
  const settledAfter = facts.window.end + settings.subjectToChange;
  const asked = record.reprocess !== "none";
  if (!asked && now <= settledAfter) return { kind: "settling", until: settledAfter };
  if (record.output === "none" && !covered.complete && record.reprocess !== "forced") {
    const until = settings.policy.kind === "build-after" ? settledAfter + settings.policy.after : undefined;
    if (until === undefined || now <= until) return { kind: "waiting", gaps: covered.gaps, until };
  }
  return { kind: "due", quietUntil: asked ? undefined : quietUntil(record, marks, now) };
}

/** When a changed window that already has an output may be built; undefined when it may be now. */
function quietUntil(record: WindowRecord, marks: Marks, now: Micros): Micros | undefined {
  if (record.output === "none" || marks.lastChange === undefined) return undefined;
  if (now < marks.lastChange) return undefined;
  const until = Math.min(marks.lastChange + QUIET, (marks.firstChange ?? marks.lastChange) + LATEST);
  return now < until ? until : undefined;
}

function workOf(record: WindowRecord, marks: Marks, need: Need, running: boolean, now: Micros): Work {
  if (running) return { kind: "running", until: record.leaseUntil ?? now };
  if (marks.error !== undefined) {
    return { kind: "failed", error: marks.error, attempts: marks.attempts, retryAt: marks.retryAt ?? now };
  }
  return isOpen(need) ? { kind: "queued" } : { kind: "idle" };
}

function isOpen(need: Need): boolean {
  return need.kind === "due" && need.quietUntil === undefined;
}

/** A retry further away than any back-off reaches was written before the clock went back: it is due. */
function mayRetry(retryAt: Micros, now: Micros): boolean {
  return now >= retryAt || retryAt - now > LONGEST_WAIT;
}

/** The first that matches, in the order of SEMANTICS 4. */
function stateOf(
  facts: WindowFacts,
  record: WindowRecord,
  covered: Coverage,
  need: Need,
  work: Work,
  now: Micros,
): WindowState {
  if (work.kind === "running") return "building";
  if (work.kind === "failed" && need.kind === "due") return "failed";
  if (need.kind === "due") return "queued";
  if (need.kind === "settling") return now < facts.window.end ? "open" : "settling";
  if (need.kind === "waiting") return "waiting";
  if (need.kind === "sealed") return "too-late";
  if (record.output === "none") return "empty";
  if (!covered.complete) return "incomplete";
  return record.output === "empty" ? "empty" : "built";
}

/** The next instant at which time alone changes the judgement. Settled and "build after" are strict, hence the microsecond. */
function nextChange(
  facts: WindowFacts,
  need: Need,
  work: Work,
  restoring: boolean,
  now: Micros,
): Micros | undefined {
  const instants: (Micros | undefined)[] = [];
  // Restored points have it looked at at once; should that be lost, it is not waited for for ever.
  if (restoring) instants.push(now + LATEST);
  if (need.kind === "settling") instants.push(facts.window.end, need.until + 1);
  if (need.kind === "waiting") instants.push(need.until === undefined ? undefined : need.until + 1);
  if (need.kind === "due") instants.push(need.quietUntil);
  if (work.kind === "failed" && need.kind === "due") instants.push(work.retryAt);
  if (work.kind === "running") instants.push(work.until);
  const ahead = instants.filter((instant) => instant !== undefined && instant > now) as Micros[];
  return ahead.length > 0 ? Math.min(...ahead) : undefined;
}

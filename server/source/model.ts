import { z } from "zod";
import { ADVICE, type Check, collectingAdvice } from "../health/model";
import type { Interval } from "../observation/interval";
import { DAY, type Micros, SECOND } from "../observation/time";

/** Cancelling: nothing new comes of it, and what runs is being stopped. Cancelled: nothing of it runs. */
export const RunState = z.enum([
  "queued",
  "running",
  "done",
  "failed",
  "refused",
  "discarded",
  "cancelling",
  "cancelled",
]);
export type RunState = z.infer<typeof RunState>;

/** What may still be stopped; of the others nothing runs any more. */
export function isCancellable(state: RunState): boolean {
  return state === "queued" || state === "running" || state === "failed";
}

/** What has ended for good, one way or another, and may be asked for once more. */
export function isOver(state: RunState): boolean {
  return state === "done" || state === "refused" || state === "discarded" || state === "cancelled";
}

/**
 * What a person may do about a run whose failure is of a check; undefined of others. One that is known to be tried again says so itself.
 */
export function todoOfRun(run: {
  readonly state: RunState;
  readonly failedCheck?: Check | undefined;
  readonly retryAt?: Micros | undefined;
}): string | undefined {
  if (run.failedCheck === undefined) return undefined;
  if (run.state === "refused") return ADVICE[run.failedCheck];
  if (run.state !== "failed") return undefined;
  return run.retryAt === undefined ? collectingAdvice(run.failedCheck) : ADVICE[run.failedCheck];
}

/** What a schedule says, µs. */
export interface ScheduleTimes {
  readonly windowSize: Micros;
  readonly interval: Micros;
  readonly lag: Micros;
}

/** A year: a longer one is sure to be a slip of the hand. */
const LONGEST: Micros = 366 * DAY;

/** Why a duration in months or years, as it is typed, is none of a schedule. */
export const NO_MONTHS =
  "months and years differ in length, and a schedule keeps to one: give days, such as P30D";

/** Says for each of its three times why a rule cannot be a schedule; none where it can. */
export function refusals(rule: ScheduleTimes): Partial<Record<keyof ScheduleTimes, string>> {
  const { windowSize, interval, lag } = rule;
  const found: Partial<Record<keyof ScheduleTimes, string>> = {};
  if (!(windowSize > 0)) found.windowSize = "a schedule's window must be longer than nothing, such as PT5M";
  else if (windowSize > LONGEST) found.windowSize = "a schedule's window is at most a year";
  if (!(interval > 0))
    found.interval = "a schedule's trigger interval must be longer than nothing, such as PT5M";
  else if (interval < SECOND) found.interval = "a schedule's trigger interval is at least a second";
  else if (interval > LONGEST) found.interval = "a schedule's trigger interval is at most a year";
  if (!(lag >= 0)) found.lag = "a schedule's lag cannot be negative";
  else if (lag > LONGEST) found.lag = "a schedule's lag is at most a year";
  return found;
}

/** The newest boundary at or before an instant: boundaries are whole multiples of the interval since the epoch (SEMANTICS 6). */
export function boundaryAt(interval: Micros, instant: Micros): Micros {
  return Math.floor(instant / interval) * interval;
}

/** The collection window of a boundary: end = boundary - lag, start = end - size (SEMANTICS 6). */
export function collectionWindow(
  rule: Pick<ScheduleTimes, "windowSize" | "lag">,
  boundary: Micros,
): Interval {
  const end = boundary - rule.lag;
  return { start: end - rule.windowSize, end };
}

/** The next boundary after an instant. */
export function nextFire(rule: Pick<ScheduleTimes, "interval">, instant: Micros): Micros {
  return boundaryAt(rule.interval, instant) + rule.interval;
}

/** One firing of a schedule: when, and for which range it asks. */
export interface Firing extends Interval {
  readonly at: Micros;
}

/** The first firings after an instant. */
export function nextFirings(rule: ScheduleTimes, after: Micros, count: number): readonly Firing[] {
  const first = nextFire(rule, after);
  return Array.from({ length: count }, (_, place) => {
    const at = first + place * rule.interval;
    return { at, ...collectionWindow(rule, at) };
  });
}

const Times = {
  /** µs */
  windowSize: z.number().int(),
  interval: z.number().int(),
  lag: z.number().int(),
};

export const PreviewSchedule = z.object({
  source: z.string().min(1),
  /** The schedule that it replaces; absent: it is one more. */
  replaces: z.string().optional(),
  ...Times,
});
export type PreviewSchedule = z.infer<typeof PreviewSchedule>;

export const AddSchedule = z.object({ source: z.string().min(1), ...Times });
export type AddSchedule = z.infer<typeof AddSchedule>;

/** The id says what the form was filled from: one that has been changed or removed since has another, or none. */
export const ChangeSchedule = z.object({ source: z.string().min(1), id: z.uuid(), ...Times });
export type ChangeSchedule = z.infer<typeof ChangeSchedule>;

export const SetScheduleEnabled = z.object({
  source: z.string().min(1),
  id: z.uuid(),
  enabled: z.boolean(),
});
export type SetScheduleEnabled = z.infer<typeof SetScheduleEnabled>;

export const RemoveSchedule = z.object({ source: z.string().min(1), id: z.uuid() });
export type RemoveSchedule = z.infer<typeof RemoveSchedule>;

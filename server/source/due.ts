import type { Interval } from "../observation/interval";
import { DAY, type Micros } from "../observation/time";

/** The arithmetic part of a schedule. */
export interface ScheduleRule {
  readonly windowSize: Micros;
  readonly interval: Micros;
  readonly lag: Micros;
  /** Boundaries up to and including this one have been dealt with. */
  readonly firedThrough: Micros;
}

/** Missed boundaries are made up this far back; older ones are shown as skipped (SEMANTICS 6). */
export const MAKE_UP: Micros = 7 * DAY;

export interface Due {
  /** Boundaries to fire, oldest first. */
  readonly boundaries: readonly Micros[];
  /** The mark after they are fired. */
  readonly through: Micros;
  /** Boundaries too old to make up: collection windows that nobody will ask for. */
  readonly skipped: Interval | undefined;
}

/** The newest boundary at or before an instant: boundaries are whole multiples of the interval since the epoch. */
export function boundaryAt(interval: Micros, instant: Micros): Micros {
  return Math.floor(instant / interval) * interval;
}

/** The collection window of a boundary: end = boundary - lag, start = end - size. */
export function collectionWindow(rule: Pick<ScheduleRule, "windowSize" | "lag">, boundary: Micros): Interval {
  const end = boundary - rule.lag;
  return { start: end - rule.windowSize, end };
}

/** The next boundary after an instant. */
export function nextFire(rule: Pick<ScheduleRule, "interval">, instant: Micros): Micros {
  return boundaryAt(rule.interval, instant) + rule.interval;
}

/**
 * What a schedule owes at `now`, at most `limit` boundaries of it.
 * A clock that went back owes nothing: the mark only moves forward.
 */
export function due(rule: ScheduleRule, now: Micros, limit: number): Due {
  const newest = boundaryAt(rule.interval, now);
  const oldest = Math.max(
    rule.firedThrough + rule.interval,
    Math.ceil((now - MAKE_UP) / rule.interval) * rule.interval,
  );
  const first = boundaryAt(rule.interval, rule.firedThrough) + rule.interval;
  const from = Math.max(first, boundaryAt(rule.interval, oldest));
  const skipped = from > first ? { start: first, end: from } : undefined;
  const boundaries: Micros[] = [];
  for (let boundary = from; boundary <= newest && boundaries.length < limit; boundary += rule.interval)
    boundaries.push(boundary);
  return {
    boundaries,
    through: boundaries.at(-1) ?? (skipped ? from - rule.interval : rule.firedThrough),
    skipped,
  };
}

/** Says in words why a rule cannot be a schedule; undefined when it can. */
export function refusal(rule: Omit<ScheduleRule, "firedThrough">): string | undefined {
  if (rule.windowSize <= 0) return "a schedule's window must be longer than nothing, such as PT5M";
  if (rule.interval <= 0) return "a schedule's trigger interval must be longer than nothing, such as PT5M";
  if (rule.lag < 0) return "a schedule's lag cannot be negative";
  return undefined;
}

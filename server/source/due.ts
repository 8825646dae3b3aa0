import type { Interval } from "../observation/interval";
import { DAY, type Micros } from "../observation/time";
import { boundaryAt, refusals, type ScheduleTimes } from "./model";

/** The arithmetic part of a schedule. */
export interface ScheduleRule extends ScheduleTimes {
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
export function refusal(rule: ScheduleTimes): string | undefined {
  return Object.values(refusals(rule))[0];
}

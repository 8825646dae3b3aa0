import type { Interval } from "../../../server/observation/interval";
import {
  DAY,
  formatDuration,
  formatInstant,
  HOUR,
  MINUTE,
  type Micros,
  parseDuration,
  parseInstant,
  SECOND,
} from "../../../server/observation/time";

/** Which time the grid shows: a fixed span, or the last stretch up to now, which moves on by itself. */
export type GridTime = { readonly last: Micros } | Interval;

/** From an hour to a year: the steps of the zoom, in words. */
export const ZOOMS: readonly (readonly [length: Micros, words: string])[] = [
  [HOUR, "1 hour"],
  [3 * HOUR, "3 hours"],
  [6 * HOUR, "6 hours"],
  [12 * HOUR, "12 hours"],
  [DAY, "1 day"],
  [2 * DAY, "2 days"],
  [4 * DAY, "4 days"],
  [7 * DAY, "1 week"],
  [14 * DAY, "2 weeks"],
  [30 * DAY, "30 days"],
  [90 * DAY, "90 days"],
  [180 * DAY, "180 days"],
  [366 * DAY, "1 year"],
];
const SHORTEST = HOUR;
const LONGEST = 366 * DAY;
/** What the page opens with. */
export const USUAL: GridTime = { last: 2 * DAY };
/** The window that is still open reaches over now: room for it at the right, as a share of the view. */
const AHEAD = 0.04;

/** The span of time that is shown at `now`. */
export function spanOf(time: GridTime, now: Micros): Interval {
  if (!("last" in time)) return time;
  // To the minute: a view that crept by the millisecond would never be the same twice.
  const end = Math.ceil((now + time.last * AHEAD) / MINUTE) * MINUTE;
  return { start: end - time.last, end };
}

/**
 * Zooms to `length`, so that `pivot` stays where it is. A view up to now goes on being one unless a pivot is given.
 * @param pivot the instant that does not move; undefined: the end of a view up to now, else the middle
 */
export function zoomedTo(time: GridTime, length: Micros, pivot: Micros | undefined, now: Micros): GridTime {
  const wanted = Math.min(LONGEST, Math.max(SHORTEST, length));
  if ("last" in time && pivot === undefined) return { last: wanted };
  const { start, end } = spanOf(time, now);
  const fixed = pivot ?? (start + end) / 2;
  const share = (fixed - start) / (end - start);
  return placed(fixed - wanted * share, wanted, now);
}

/** Zooms to `length` round a cursor. A view up to now stays one as long as the cursor stays in sight. */
export function zoomedRound(
  time: GridTime,
  length: Micros,
  cursor: Micros | undefined,
  now: Micros,
): GridTime {
  if (!("last" in time) || cursor === undefined) return zoomedTo(time, length, cursor, now);
  const { start, end } = spanOf({ last: length }, now);
  return zoomedTo(time, length, cursor > start && cursor < end ? undefined : cursor, now);
}

/** The next step of the zoom: 1 closer, -1 further away. The same time where there is none. */
export function zoomedBy(
  time: GridTime,
  direction: 1 | -1,
  cursor: Micros | undefined,
  now: Micros,
): GridTime {
  const { start, end } = spanOf(time, now);
  const lengths = ZOOMS.map(([length]) => length);
  const next =
    direction === 1
      ? lengths.findLast((length) => length < end - start)
      : lengths.find((length) => length > end - start);
  return next === undefined ? time : zoomedRound(time, next, cursor, now);
}

/** Moved by `by` µs; further than what is to come is not gone to. */
export function movedBy(time: GridTime, by: Micros, now: Micros): GridTime {
  const { start, end } = spanOf(time, now);
  return placed(start + by, end - start, now);
}

/** The view whose middle is `instant`, of the same length; unmoved where the span is in sight. */
export function movedTo(time: GridTime, { start, end }: Interval, now: Micros): GridTime {
  const shown = spanOf(time, now);
  if (start >= shown.start && end <= shown.end) return time;
  // What is longer than the view is in sight when it fills it.
  if (start <= shown.start && end >= shown.end) return time;
  return placed((start + end) / 2 - (shown.end - shown.start) / 2, shown.end - shown.start, now);
}

function placed(start: Micros, length: Micros, now: Micros): GridTime {
  const whole = Math.round(length / SECOND) * SECOND;
  const latest = now + whole;
  const first = Math.round(Math.max(0, Math.min(start, latest - whole / 2)) / SECOND) * SECOND;
  return { start: first, end: first + whole };
}

/** What the address says of time. */
export interface AddressTime {
  readonly from?: string | null;
  readonly to?: string | null;
  readonly last?: string | null;
}

/** The grid's time by the address; a span that is open at an end, too short or too long gives what of it can be shown. */
export function timeOf({ from, to, last }: AddressTime): GridTime {
  const start = parseInstant(from ?? "");
  const end = parseInstant(to ?? "");
  const usual = "last" in USUAL ? USUAL.last : DAY;
  if (start !== undefined && end !== undefined && end > start) {
    const length = Math.min(LONGEST, Math.max(SHORTEST, end - start));
    // Of too long a span its end; too short a one stands in the middle.
    const first = length < end - start ? end - length : start - (length - (end - start)) / 2;
    return { start: first, end: first + length };
  }
  if (start !== undefined) return { start, end: start + usual };
  if (end !== undefined) return { start: end - usual, end };
  const length = parseDuration(last ?? "");
  if (length === undefined || length <= 0) return USUAL;
  return { last: Math.min(LONGEST, Math.max(SHORTEST, length)) };
}

/** What the address is to say of time; empty texts are left out of it. */
export function addressOf(time: GridTime): { from: string; to: string; last: string } {
  if (!("last" in time)) return { from: formatInstant(time.start), to: formatInstant(time.end), last: "" };
  const usual = "last" in USUAL && USUAL.last === time.last;
  return { from: "", to: "", last: usual ? "" : formatDuration(time.last) };
}

/**
 * The span that is asked for so that `shown` is in it: wider, and moving in steps, so that a small move asks for nothing new.
 */
export function askedSpan({ start, end }: Interval): Interval {
  const length = end - start;
  const step = ZOOMS.findLast(([each]) => each <= length / 4)?.[0] ?? 15 * MINUTE;
  return { start: Math.floor(start / step) * step, end: Math.ceil(end / step) * step };
}

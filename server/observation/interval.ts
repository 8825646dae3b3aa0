import type { Micros } from "./time";

/** A half-open span of time [start, end), in µs since the epoch, UTC. */
export interface Interval {
  readonly start: Micros;
  readonly end: Micros;
}

/** The part of `a` inside `bounds`, or undefined when nothing of it is. */
export function clip(a: Interval, bounds: Interval): Interval | undefined {
  const start = Math.max(a.start, bounds.start);
  const end = Math.min(a.end, bounds.end);
  return start < end ? { start, end } : undefined;
}

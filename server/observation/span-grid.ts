import type { Interval } from "./interval";
import { DAY, type Micros } from "./time";

/** The cell of a span that holds an instant: whole multiples of the span since the epoch, cut at UTC midnights (SEMANTICS 4). */
export function cellAt(span: Micros, instant: Micros): Interval {
  const grid = Math.floor(instant / span) * span;
  const midnight = Math.floor(instant / DAY) * DAY;
  return { start: Math.max(grid, midnight), end: Math.min(grid + span, midnight + DAY) };
}

/** Edges of cells strictly between two instants: multiples of the span, and midnights that are none. */
export function edgesInside(span: Micros, start: Micros, end: Micros): number {
  const inside = (step: Micros) => multiplesInside(step, start, end);
  return inside(span) + inside(DAY) - inside(leastCommonMultiple(span, DAY));
}

/** Whole multiples of a step strictly between two instants. */
export function multiplesInside(step: Micros, start: Micros, end: Micros): number {
  return Math.max(0, Math.ceil(end / step) - 1 - Math.floor(start / step));
}

export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Divided first: the product of two spans is not exact. */
export function leastCommonMultiple(a: Micros, b: Micros): Micros {
  return (a / greatestCommonDivisor(a, b)) * b;
}

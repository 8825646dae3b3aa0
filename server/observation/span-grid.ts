import { Invalid } from "../errors";
import type { Interval } from "./interval";
import { DAY, type Micros } from "./time";

/** The cell of a span that holds an instant: whole multiples of the span since the epoch, cut at UTC midnights (SEMANTICS 4). */
export function cellAt(span: Micros, instant: Micros): Interval {
  const grid = Math.floor(instant / span) * span;
  const midnight = Math.floor(instant / DAY) * DAY;
  return { start: Math.max(grid, midnight), end: Math.min(grid + span, midnight + DAY) };
}

/** A span in force from an instant on. */
export interface Era {
  readonly from: Micros;
  readonly span: Micros;
}

/** The window that holds an instant. @param eras a dataset's spans, oldest first */
export function windowAt(eras: readonly Era[], instant: Micros): Interval {
  const { rule, bounds } = segmentAt(eras, instant);
  const cell = cellAt(rule.span, instant);
  return { start: Math.max(cell.start, bounds.start), end: Math.min(cell.end, bounds.end) };
}

/** The rule in force at an instant, and for how long; the first rule also holds before its own start. */
export function segmentAt<Rule extends Era>(
  rules: readonly Rule[],
  instant: Micros,
): { rule: Rule; bounds: Interval } {
  const next = rules.findIndex((rule, i) => i > 0 && rule.from > instant);
  const index = next < 0 ? rules.length - 1 : next - 1;
  const rule = rules[index];
  if (!rule) throw new Invalid("a dataset without a span has no windows; give it one, such as PT1H");
  return {
    rule,
    bounds: {
      start: index === 0 ? Number.NEGATIVE_INFINITY : rule.from,
      end: rules[index + 1]?.from ?? Number.POSITIVE_INFINITY,
    },
  };
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

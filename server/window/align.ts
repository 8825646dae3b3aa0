import { Invalid } from "../errors";
import type { Interval } from "../observation/interval";
import { edgesInside, leastCommonMultiple, segmentAt, windowAt } from "../observation/span-grid";
import { DAY, formatDuration, MINUTE, type Micros, parseDuration, SECOND } from "../observation/time";
import type { SpanRule } from "./model";

/** A payload that would touch more windows than this is refused (SEMANTICS 2). */
const MOST_WINDOWS = 10_000;

/**
 * Reads a span that a person wrote. A span longer than a day, or one that does not divide it, is cut at UTC midnights.
 * @returns the span in µs and its text in Pydantic's spelling, which stands in file names
 * @throws Invalid with a sentence that says how to mend it
 */
export function acceptSpan(text: string): { readonly span: Micros; readonly declared: string } {
  const span = parseDuration(text);
  if (span === undefined) {
    throw new Invalid(`span "${text}" is no ISO 8601 duration; write PT10M, PT1H or P1D`);
  }
  if (/^[+-]?P(\d+W|\d+D)*\d+[YM]/i.test(text.trim())) {
    throw new Invalid(
      `span "${text}" counts calendar months or years, whose length changes; write days, hours or minutes, such as P1D or PT1H`,
    );
  }
  if (span % SECOND !== 0) throw new Invalid(`span "${text}" is not whole seconds`);
  if (span < MINUTE) throw new Invalid(`span "${text}" is shorter than one minute; the shortest is PT1M`);
  return { span, declared: formatDuration(span) };
}

/**
 * The windows that share an instant with `interval`, in order.
 * @throws Invalid before anything is enumerated when there are more than `most`
 */
export function windowsOf(
  rules: readonly SpanRule[],
  interval: Interval,
  most: number = MOST_WINDOWS,
): Interval[] {
  const count = countWindows(rules, interval);
  if (count > most) {
    throw new Invalid(
      `a range over ${count} windows is too long (at most ${most}); cut it into smaller ranges`,
    );
  }
  const windows: Interval[] = [];
  for (let at = interval.start; at < interval.end; ) {
    const window = windowAt(rules, at);
    windows.push(window);
    at = window.end;
  }
  return windows;
}

/** How many windows share an instant with `interval`, by arithmetic alone. */
export function countWindows(rules: readonly SpanRule[], interval: Interval): number {
  let count = 0;
  for (let at = interval.start; at < interval.end; ) {
    const { rule, bounds } = segmentAt(rules, at);
    const end = Math.min(interval.end, bounds.end);
    count += 1 + edgesInside(rule.span, at, end);
    at = end;
  }
  return count;
}

/** The first instant after `now` that is a window boundary under both spans: midnight at the latest. */
export function nextCommonBoundary(a: Micros, b: Micros, now: Micros): Micros {
  const midnight = (Math.floor(now / DAY) + 1) * DAY;
  const both = leastCommonMultiple(a, b);
  return both >= DAY ? midnight : Math.min(midnight, (Math.floor(now / both) + 1) * both);
}

/**
 * The span history after a change asked at `now`. Rules not yet in force are replaced; asking for the span in force takes a waiting
 * change back.
 * @throws Invalid as `acceptSpan` does
 */
export function changeSpan(rules: readonly SpanRule[], text: string, now: Micros): readonly SpanRule[] {
  const next = acceptSpan(text);
  const [first, ...rest] = rules;
  if (!first) return [{ from: 0, ...next }];
  const inForce = [first, ...rest.filter((rule) => rule.from <= now)];
  const current = inForce.at(-1) ?? first;
  if (current.span === next.span) return inForce;
  return [...inForce, { from: nextCommonBoundary(current.span, next.span, now), ...next }];
}

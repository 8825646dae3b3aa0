import type { Interval } from "../observation/interval";
import { cellAt, edgesInside, leastCommonMultiple, multiplesInside } from "../observation/span-grid";
import { DAY, type Micros, SECOND } from "../observation/time";
import { collectionWindow, nextFire, nextFirings, type ScheduleTimes } from "./model";

/** So many windows, and as many runs, are looked at where the pattern does not repeat before. */
export const MOST_LOOKED_AT = 20_000;

/** The least and the most of something; undefined where there is none of it. */
export type Range = { readonly least: number; readonly most: number } | undefined;

/** What a schedule asks for, window by window and run by run, as long as it takes to repeat itself. */
export interface Reach {
  readonly windows: {
    readonly looked: number;
    /** Whether these are all kinds of them: the ones behind repeat them. */
    readonly all: boolean;
    /** How many of them any run claims time of, and how many runs. */
    readonly claimed: number;
    readonly runs: Range;
    /** How many this schedule alone completes, and how long after their end, µs. */
    readonly complete: number;
    readonly after: Range;
  };
  readonly runs: {
    readonly looked: number;
    readonly all: boolean;
    /** How many windows a run claims time of. */
    readonly windows: Range;
    /** Whether each claims its windows whole. */
    readonly whole: boolean;
  };
}

/**
 * Looks at windows and runs one after the other: of windows from the first one on that no earlier boundary reaches into.
 * @param from µs; the boundaries behind it fire
 */
export function reachOf(rule: ScheduleTimes, span: Micros, from: Micros): Reach {
  const grid = DAY % span === 0 ? span : leastCommonMultiple(span, DAY);
  const period = leastCommonMultiple(grid, rule.interval);
  return { windows: lookAtWindows(rule, span, from, period), runs: lookAtRuns(rule, span, from, period) };
}

function lookAtWindows(rule: ScheduleTimes, span: Micros, from: Micros, period: Micros): Reach["windows"] {
  const runs = new Extent();
  const after = new Extent();
  let [looked, claimed] = [0, 0];
  let window = cellAt(span, from - rule.lag);
  if (window.start < from - rule.lag) window = cellAt(span, window.end);
  const end = window.start + period;
  for (; window.start < end && looked < MOST_LOOKED_AT; window = cellAt(span, window.end)) {
    looked += 1;
    const reaching = boundariesInto(rule, window);
    if (reaching.count === 0) continue;
    claimed += 1;
    runs.add(reaching.count);
    const completing = completedAt(rule, window, reaching.first);
    if (completing !== undefined) after.add(Math.max(0, completing - window.end));
  }
  const all = window.start >= end;
  return { looked, all, claimed, runs: runs.range, complete: after.count, after: after.range };
}

function lookAtRuns(rule: ScheduleTimes, span: Micros, from: Micros, period: Micros): Reach["runs"] {
  const firings = period / rule.interval;
  const looked = Math.min(firings, MOST_LOOKED_AT);
  const windows = new Extent();
  const isEdge = (instant: Micros) => cellAt(span, instant).start === instant;
  let whole = true;
  for (const { start, end } of nextFirings(rule, from, looked)) {
    windows.add(edgesInside(span, start, end) + 1);
    whole &&= isEdge(start) && isEdge(end);
  }
  return { looked, all: looked === firings, windows: windows.range, whole };
}

interface Boundaries {
  readonly first: Micros;
  readonly count: number;
}

/** The boundaries whose ranges share time with a window: later than its start and the lag, earlier than its end, the lag and the size. */
function boundariesInto({ windowSize, interval, lag }: ScheduleTimes, { start, end }: Interval): Boundaries {
  const first = nextFire({ interval }, start + lag);
  return { first, count: multiplesInside(interval, start + lag, end + lag + windowSize) };
}

/** The boundary with whose range a window has no gap any more; undefined where one stays. A hole of a second is none (SEMANTICS 4, *Complete*). */
function completedAt(rule: ScheduleTimes, window: Interval, first: Micros): Micros | undefined {
  const { windowSize, interval, lag } = rule;
  if (interval - windowSize <= SECOND)
    return Math.max(first, Math.ceil((window.end + lag - SECOND) / interval) * interval);
  // Behind each range is a hole that counts: the first one that reaches into it completes it, or none does.
  const { start, end } = collectionWindow(rule, first);
  return start - window.start <= SECOND && window.end - end <= SECOND ? first : undefined;
}

/** The least and the most of what is added. */
class Extent {
  count = 0;
  private least = Number.POSITIVE_INFINITY;
  private most = Number.NEGATIVE_INFINITY;

  add(value: number): void {
    this.count += 1;
    this.least = Math.min(this.least, value);
    this.most = Math.max(this.most, value);
  }

  get range(): Range {
    return this.count === 0 ? undefined : { least: this.least, most: this.most };
  }
}

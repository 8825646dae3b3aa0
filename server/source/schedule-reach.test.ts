import fc from "fast-check";
import { expect, it } from "vitest";
import type { Interval } from "../observation/interval";
import { leastCommonMultiple } from "../observation/span-grid";
import { DAY, formatDuration, HOUR, MINUTE, parseDuration, SECOND } from "../observation/time";
import { windowsOf } from "../window/align";
import { coverage } from "../window/coverage";
import { nextFirings, type ScheduleTimes } from "./model";
import { scheduleEffect } from "./schedule-effect";
import { MOST_LOOKED_AT, reachOf } from "./schedule-reach";

const least = (values: readonly number[]) =>
  values.length === 0 ? undefined : { least: Math.min(...values), most: Math.max(...values) };
const meets = (a: Interval, b: Interval) => a.start < b.end && b.start < a.end;

/** A whole pattern of windows and firings, by the rules that windows are judged by, without any arithmetic. */
function counted(rule: ScheduleTimes, span: number, from: number) {
  const spans = [{ from: 0, span, declared: formatDuration(span) }];
  const period = leastCommonMultiple(DAY % span === 0 ? span : leastCommonMultiple(span, DAY), rule.interval);
  const before = from - rule.lag;
  const [, first] = windowsOf(spans, { start: before - 1, end: before + span + 1 });
  const start = first?.start ?? Number.NaN;
  const windows = windowsOf(spans, { start, end: start + period });
  const firings = nextFirings(rule, from, (period + 2 * rule.windowSize + 2 * span) / rule.interval + 4);
  const runs: number[] = [];
  const after: number[] = [];
  for (const window of windows) {
    const into = firings.filter((firing) => meets(firing, window));
    if (into.length > 0) runs.push(into.length);
    const completing = into.findIndex((_, place) => coverage(window, into.slice(0, place + 1)).complete);
    const at = into[completing]?.at;
    if (at !== undefined) after.push(Math.max(0, at - window.end));
  }
  const each = nextFirings(rule, from, period / rule.interval).map((firing) => windowsOf(spans, firing));
  return {
    windows: {
      looked: windows.length,
      all: true,
      claimed: runs.length,
      runs: least(runs),
      complete: after.length,
      after: least(after),
    },
    runs: { looked: period / rule.interval, all: true, windows: least(each.map(({ length }) => length)) },
    whole: nextFirings(rule, from, period / rule.interval).every((firing, place) => {
      const met = each[place] ?? [];
      return met[0]?.start === firing.start && met.at(-1)?.end === firing.end;
    }),
  };
}

const unit = fc.constantFrom(30 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR);
const about = (most: number) =>
  fc
    .tuple(unit, fc.integer({ min: 0, max: most }), fc.constantFrom(0, 0, 0, -2, -1, 1, 2, 0.5))
    .map(([each, count, seconds]) => each * count + seconds * SECOND);
const span = fc.oneof(
  fc.constantFrom(5 * MINUTE, HOUR, 5 * HOUR, 7 * HOUR, DAY, 2 * DAY, DAY + HOUR),
  about(24).map((each) => Math.max(MINUTE, Math.floor(each / SECOND) * SECOND)),
);
const schedule = fc.record({
  windowSize: about(30).map((each) => Math.max(SECOND / 2, each)),
  interval: about(30).map((each) => Math.max(SECOND, each)),
  lag: about(30).map((each) => Math.max(0, each)),
});
/** Small enough to be counted one by one. */
const countable = fc
  .record({
    rule: schedule,
    span,
    from: fc.integer({ min: 0, max: 100_000 }).map((n) => 1e15 + n * 7 * MINUTE),
  })
  .filter(({ rule, span: each }) => {
    const grid = DAY % each === 0 ? each : leastCommonMultiple(each, DAY);
    const period = leastCommonMultiple(grid, rule.interval);
    return (
      period / Math.min(each, DAY) <= 400 &&
      period / rule.interval <= 400 &&
      rule.windowSize / rule.interval <= 40
    );
  });

it("a schedule reaches what its firings reach, one by one", () => {
  fc.assert(
    fc.property(countable, ({ rule, span: each, from }) => {
      const { whole, ...expected } = counted(rule, each, from);
      const { windows, runs } = reachOf(rule, each, from);
      const { whole: found, ...about } = runs;
      expect({ windows, runs: about, whole: found }).toEqual({ ...expected, whole });
    }),
    { numRuns: 400 },
  );
});

const UNITS: Readonly<Record<string, number>> = { d: DAY, h: HOUR, min: MINUTE, s: SECOND };
const micros = (words: string) =>
  parseDuration(words) ??
  [...words.matchAll(/(\d+) (d|h|min|s)\b/g)].reduce(
    (sum, [, n, of = ""]) => sum + Number(n) * (UNITS[of] ?? 0),
    0,
  );

/** What is said of how soon after its end a window can be complete. */
function delaySaid(sentences: string) {
  if (/complete as soon as it ends/.test(sentences)) return { least: 0, most: 0 };
  const [, only] = /complete ([^.;]*(?:\.\d+S)?) after its end, not earlier/.exec(sentences) ?? [];
  if (only !== undefined) return { least: micros(only), most: micros(only) };
  const [, most] = /complete when it ends, or at the latest (.*?) after its end/.exec(sentences) ?? [];
  if (most !== undefined) return { least: 0, most: micros(most) };
  const [, from, to] = /complete ([^,]*?) to ([^,]*?) after its end/.exec(sentences) ?? [];
  return from === undefined || to === undefined ? undefined : { least: micros(from), most: micros(to) };
}

/** The numbers of the sentences, whatever stands between them. */
function said(sentences: string) {
  const range = (match: RegExpExecArray | null, of = 1) => {
    const low = match?.[of];
    return low === undefined ? undefined : { least: Number(low), most: Number(match?.[of + 1] ?? low) };
  };
  const share = /^(\d+) of every (\d+) /.exec(sentences);
  const complete = /alone (\d+) of every (\d+) windows can/.exec(sentences);
  const part = (match: RegExpExecArray | null) => (match ? Number(match[1]) / Number(match[2]) : 1);
  return {
    claimed: part(share),
    parts: range(/claimed(?:, each)? (?:in|by) (\d+)(?: to (\d+))? (?:parts|runs)/.exec(sentences)) ?? {
      least: 1,
      most: 1,
    },
    windows: range(/Each run claims (?:time of )?(\d+)(?: to (\d+))? windows/.exec(sentences)),
    complete: /no window can be complete/.test(sentences) ? 0 : part(complete),
  };
}

it("says the numbers that are counted", () => {
  fc.assert(
    fc.property(countable, ({ rule, span: each, from }) => {
      const { windows, runs } = counted(rule, each, from);
      const sentences = scheduleEffect(rule, {
        before: undefined,
        firedThrough: from,
        others: [],
        dataset: "demo",
        span: each,
        declaredSpan: formatDuration(each),
        subjectToChange: 0,
        waits: true,
      });
      const found = said(sentences.join(" "));
      expect(found.claimed).toBeCloseTo(windows.claimed / windows.looked, 10);
      expect(found.complete).toBeCloseTo(windows.complete / windows.looked, 10);
      expect(delaySaid(sentences.join(" "))).toEqual(windows.after);
      expect(found.parts).toEqual(windows.runs);
      expect(found.windows).toEqual((runs.windows?.least ?? 0) > 1 ? runs.windows : undefined);
    }),
    { numRuns: 400 },
  );
});

it("is quickly told of any schedule, and says how far it has looked", () => {
  const began = performance.now();
  const { windows, runs } = reachOf(
    { windowSize: 366 * DAY, interval: SECOND + 1, lag: 366 * DAY },
    MINUTE,
    1e15,
  );
  expect(windows).toMatchObject({ looked: MOST_LOOKED_AT, all: false, complete: MOST_LOOKED_AT });
  expect(runs).toMatchObject({ looked: MOST_LOOKED_AT, all: false });
  expect(performance.now() - began).toBeLessThan(5_000);
});

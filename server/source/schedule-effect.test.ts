import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE, parseInstant } from "../observation/time";
import { nextFirings } from "./model";
import { type ScheduleSurroundings, scheduleEffect } from "./schedule-effect";

const noon = parseInstant("2026-11-24T12:00:00Z") ?? Number.NaN;
const hourly: ScheduleSurroundings = {
  before: undefined,
  firedThrough: noon,
  others: [],
  dataset: "demo",
  span: HOUR,
  declaredSpan: "PT1H",
  subjectToChange: 0,
  waits: true,
};
const every10 = { windowSize: 10 * MINUTE, interval: 10 * MINUTE, lag: 0 };
const effect = (rule: typeof every10, around: Partial<ScheduleSurroundings> = {}) =>
  scheduleEffect(rule, { ...hourly, ...around }).join(" ");

it("the next firings ask for what the scheduler asks for", () => {
  expect(
    nextFirings({ windowSize: HOUR, interval: 30 * MINUTE, lag: 10 * MINUTE }, noon + MINUTE, 2),
  ).toEqual([
    { at: noon + 30 * MINUTE, start: noon - 40 * MINUTE, end: noon + 20 * MINUTE },
    { at: noon + HOUR, start: noon - 10 * MINUTE, end: noon + 50 * MINUTE },
  ]);
});

describe("what a schedule means for windows", () => {
  it.each([
    ["parts of a window", every10, {}, /claimed in 6 parts, one every 10 min/],
    ["one run a window", { windowSize: HOUR, interval: HOUR, lag: 0 }, {}, /claimed by one run/],
    [
      "many windows a run",
      { windowSize: DAY, interval: DAY, lag: 0 },
      {},
      /Each run claims 24 windows of demo/,
    ],
    [
      "parts that do not divide",
      { windowSize: 25 * MINUTE, interval: 25 * MINUTE, lag: 0 },
      {},
      /claimed in 3 to 4 parts/,
    ],
    ["complete at its end", every10, {}, /complete as soon as it ends\./],
    ["lag up to the next boundary", { ...every10, lag: 12 * MINUTE }, {}, /complete 20 min after its end/],
    ["settling", every10, { subjectToChange: 30 * MINUTE }, /settled, 30 min after its end/],
    ["a day's run of hours", { windowSize: DAY, interval: DAY, lag: HOUR }, {}, /1 h to 1 d after its end/],
    [
      "a range that straddles two windows",
      { windowSize: HOUR, interval: HOUR, lag: 30 * MINUTE },
      {},
      /claimed in 2 parts, one every 1 h\. Each run claims time of 2 windows of demo .*1 h after its end, not/,
    ],
    [
      "an hour of each day",
      { windowSize: HOUR, interval: DAY, lag: 0 },
      {},
      /^1 of every 24 PT1H windows of demo is claimed by one run\. With this schedule alone 1 of every 24 windows can be complete as soon/,
    ],
    [
      "an hour of each day, over short windows",
      { windowSize: HOUR, interval: DAY, lag: 0 },
      { span: 5 * MINUTE, declaredSpan: "PT5M" },
      /^1 of every 24 PT5M windows of demo is claimed by one run\. Each run claims 12 windows .* 1 of every 24 windows can be complete when it ends, or at the latest 55 min after/,
    ],
    [
      "an hour of each day, half of two windows",
      { windowSize: HOUR, interval: DAY, lag: 30 * MINUTE },
      {},
      /^1 of every 12 PT1H windows .* by one run\. Each run claims time of 2 windows .* alone no window can be complete\./,
    ],
    [
      "days cut into windows that do not divide them",
      { windowSize: DAY, interval: DAY, lag: 0 },
      { span: 7 * HOUR, declaredSpan: "PT7H" },
      /^Each run claims 4 to 5 windows of demo \(PT7H each\)\. A window can be complete when it ends, or at the latest 23 h after/,
    ],
    [
      "ranges longer than the interval",
      { windowSize: 2 * HOUR, interval: HOUR, lag: 0 },
      {},
      /claimed by 2 runs, one every 1 h\. Each run claims 2 windows/,
    ],
    [
      "a second that does not count",
      { windowSize: HOUR, interval: HOUR, lag: 1_000_000 },
      {},
      /as soon as it ends/,
    ],
    [
      "parts of a second",
      { windowSize: 1_500_000, interval: 1_500_000, lag: 0 },
      {},
      /in 2400 parts, one every PT1\.5S\./,
    ],
    [
      "a pattern that takes too long to repeat",
      { windowSize: HOUR + 1, interval: HOUR + 1, lag: 0 },
      {},
      /^Each of the next 20000 PT1H windows of demo is claimed/,
    ],
    [
      "a year that none of the next windows knows of",
      { windowSize: HOUR, interval: 366 * DAY, lag: 300 * DAY },
      { span: MINUTE, declaredSpan: "PT1M" },
      /^None of the next 20000 PT1M windows of demo are claimed by this schedule\./,
    ],
    ["gaps wait", { ...every10, windowSize: 4 * MINUTE }, {}, /6 min are not asked for: .*wait, until/],
    ["gaps built in the end", { ...every10, windowSize: MINUTE }, { waits: false }, /built incomplete/],
    [
      "gaps that another fills",
      { ...every10, windowSize: MINUTE },
      { others: [every10] },
      /another schedule/,
    ],
    ["overlap", { ...every10, windowSize: 25 * MINUTE }, {}, /overlap by 15 min: .*up to 3 times/],
  ])("%s", (_name, rule, around, words) => expect(effect(rule, around)).toMatch(words));

  it("says nothing of gaps or overlaps where there are none", () => {
    expect(effect(every10)).not.toMatch(/not asked for|overlap/);
  });
});

describe("a change", () => {
  const before = { ...every10, firedThrough: noon, enabled: true };
  it("that leaves a hole names the range to run by hand", () => {
    expect(effect({ windowSize: HOUR, interval: HOUR, lag: 0 }, { before, firedThrough: noon })).toMatch(
      /where what was asked for until now ends/,
    );
    expect(
      effect({ windowSize: 30 * MINUTE, interval: HOUR, lag: 0 }, { before, firedThrough: noon }),
    ).toMatch(/2026-11-24 12:00 to 2026-11-24 12:30 UTC is asked for by neither/);
  });

  it("that asks again for what was had says so", () => {
    expect(effect({ windowSize: HOUR, interval: 10 * MINUTE, lag: 0 }, { before })).toMatch(
      /boundary 2026-11-24 12:10 UTC on.*2026-11-24 11:10 to 2026-11-24 12:00 UTC is asked for once more/,
    );
  });

  it("of one that was off begins anew", () => {
    expect(effect(every10, { before: { ...before, enabled: false } })).toMatch(/nothing of before/);
  });
});

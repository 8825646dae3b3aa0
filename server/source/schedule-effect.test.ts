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
      /about 3 parts/,
    ],
    ["complete at its end", every10, {}, /complete as soon as it ends\./],
    ["lag up to the next boundary", { ...every10, lag: 12 * MINUTE }, {}, /complete 20 min after its end/],
    ["settling", every10, { subjectToChange: 30 * MINUTE }, /settled, 30 min after its end/],
    [
      "a day's run of hours",
      { windowSize: DAY, interval: DAY, lag: HOUR },
      {},
      /1 h to 1 d 1 h after its end/,
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

import { expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../../../../server/observation/time";
import { readSchedule } from "./read-schedule";

it("reads durations as people type them and in ISO 8601, and echoes them in words", () => {
  expect(readSchedule({ windowSize: "PT1H", interval: "30 min", lag: "P1DT2H30M" })).toEqual({
    rule: { windowSize: HOUR, interval: 30 * MINUTE, lag: DAY + 2 * HOUR + 30 * MINUTE },
    echo: { windowSize: "1 h", interval: "30 min", lag: "1 d 2 h 30 min" },
    wrong: {},
  });
});

it.each([
  [{ windowSize: "an hour", interval: "1 h", lag: "0 min" }, "windowSize", /write it as/],
  [{ windowSize: "0 min", interval: "1 h", lag: "0 min" }, "windowSize", /longer than nothing/],
  [{ windowSize: "1 h", interval: "PT0S", lag: "0 min" }, "interval", /longer than nothing/],
  [{ windowSize: "1 h", interval: "1 h", lag: "-PT5M" }, "lag", /cannot be negative/],
  [{ windowSize: "1 h", interval: "800 d", lag: "PT0S" }, "interval", /at most a year/],
  [{ windowSize: "P1M", interval: "1 h", lag: "PT0S" }, "windowSize", /months and years differ in length/],
  [{ windowSize: "1 h", interval: "P1Y", lag: "PT0S" }, "interval", /months and years differ in length/],
  [{ windowSize: "1 h", interval: "1 h", lag: "p1m2d" }, "lag", /months and years differ in length/],
] as const)("%j is refused at its field", (typed, key, words) => {
  const { rule, wrong } = readSchedule(typed);
  expect(rule).toBeUndefined();
  expect(Object.keys(wrong)).toEqual([key]);
  expect(wrong[key]).toMatch(words);
});

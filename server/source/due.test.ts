import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE, parseInstant } from "../observation/time";
import { due, MAKE_UP, refusal } from "./due";
import { boundaryAt, collectionWindow, nextFire } from "./model";

const at = (text: string) => parseInstant(text) ?? Number.NaN;
const noon = at("2026-11-24T12:00:00Z");
const every5 = { windowSize: 5 * MINUTE, interval: 5 * MINUTE, lag: 0 };

describe("schedules", () => {
  it.each([
    ["nothing before the first boundary", noon, noon + 4 * MINUTE, []],
    ["one boundary at its very instant", noon, noon + 5 * MINUTE, [noon + 5 * MINUTE]],
    ["missed ones, oldest first", noon, noon + 16 * MINUTE, [5, 10, 15].map((n) => noon + n * MINUTE)],
    ["nothing when the clock went back", noon, noon - HOUR, []],
  ])("owes %s", (_name, firedThrough, now, wanted) => {
    const owed = due({ ...every5, firedThrough }, now, 100);
    expect(owed.boundaries).toEqual(wanted);
    expect(owed.through).toBe(wanted.at(-1) ?? firedThrough);
    expect(owed.skipped).toBeUndefined();
  });

  it("makes up seven days and shows older boundaries as skipped", () => {
    const hourly = { windowSize: HOUR, interval: HOUR, lag: 0, firedThrough: noon - 10 * DAY };
    const owed = due(hourly, noon, 10_000);
    expect(owed.boundaries).toHaveLength(7 * 24 + 1);
    expect(owed.boundaries[0]).toBe(noon - MAKE_UP);
    expect(owed.skipped).toEqual({ start: noon - 10 * DAY + HOUR, end: noon - MAKE_UP });
  });

  it("is bounded, and goes on where it stopped (fault 20: missed boundaries are not lost)", () => {
    const rule = { ...every5, firedThrough: noon };
    const first = due(rule, noon + HOUR, 5);
    const second = due({ ...rule, firedThrough: first.through }, noon + HOUR, 100);
    expect([...first.boundaries, ...second.boundaries]).toEqual(
      Array.from({ length: 12 }, (_, i) => noon + (i + 1) * 5 * MINUTE),
    );
  });

  it("takes bounds from the boundary, never from the clock (fault 20: no jitter), less the lag", () => {
    expect(collectionWindow({ windowSize: HOUR, lag: 10 * MINUTE }, noon)).toEqual({
      start: noon - 70 * MINUTE,
      end: noon - 10 * MINUTE,
    });
  });

  it("S1: the same schedule has the same boundaries on every machine", () => {
    expect(boundaryAt(DAY, noon)).toBe(at("2026-11-24T00:00:00Z"));
    expect(nextFire({ interval: DAY }, noon)).toBe(at("2026-11-25T00:00:00Z"));
  });

  it.each([
    [{ windowSize: 0, interval: HOUR, lag: 0 }, /window/],
    [{ windowSize: HOUR, interval: 0, lag: 0 }, /interval/],
    [{ windowSize: HOUR, interval: 1_000, lag: 0 }, /at least a second/],
    [{ windowSize: 400 * DAY, interval: HOUR, lag: 0 }, /at most a year/],
    [{ windowSize: HOUR, interval: HOUR, lag: -1 }, /lag/],
  ])("refuses %j", (rule, words) => expect(refusal(rule)).toMatch(words));
});

import { describe, expect, it } from "vitest";
import { HOUR, MINUTE, SECOND } from "../observation/time";
import { coverage } from "./coverage";

const window = { start: 10 * HOUR, end: 11 * HOUR };
const part = (from: number, to: number) => ({ start: 10 * HOUR + from, end: 10 * HOUR + to });

describe("coverage", () => {
  it.each([
    ["one claim of the whole window", [part(0, HOUR)], []],
    ["a claim that reaches beyond it", [part(-HOUR, 2 * HOUR)], []],
    ["two that meet", [part(30 * MINUTE, HOUR), part(0, 30 * MINUTE)], []],
    ["two that overlap", [part(0, 40 * MINUTE), part(20 * MINUTE, HOUR)], []],
    ["a hole of 1 s is none", [part(0, 30 * MINUTE), part(30 * MINUTE + SECOND, HOUR)], []],
    [
      "a hole of 1.001 s is one",
      [part(0, 30 * MINUTE), part(30 * MINUTE + 1_001_000, HOUR)],
      [part(30 * MINUTE, 30 * MINUTE + 1_001_000)],
    ],
    [
      "a hole of 1 s and 1 µs is one",
      [part(0, 30 * MINUTE), part(30 * MINUTE + SECOND + 1, HOUR)],
      [part(30 * MINUTE, 30 * MINUTE + SECOND + 1)],
    ],
    ["1 s at both edges is none", [part(SECOND, HOUR - SECOND)], []],
    ["1.001 s at the first edge", [part(1_001_000, HOUR)], [part(0, 1_001_000)]],
    ["1.001 s at the last edge", [part(0, HOUR - 1_001_000)], [part(HOUR - 1_001_000, HOUR)]],
    ["a short claim inside a long one", [part(0, HOUR), part(10 * MINUTE, 20 * MINUTE)], []],
    [
      "a claim that only touches the window claims none of it",
      [part(-HOUR, 0), part(HOUR, 2 * HOUR)],
      [part(0, HOUR)],
    ],
    ["nothing", [], [part(0, HOUR)]],
    ["zero length", [part(MINUTE, MINUTE)], [part(0, HOUR)]],
    [
      "several holes, in order",
      [part(40 * MINUTE, 50 * MINUTE), part(10 * MINUTE, 20 * MINUTE)],
      [part(0, 10 * MINUTE), part(20 * MINUTE, 40 * MINUTE), part(50 * MINUTE, HOUR)],
    ],
  ])("%s", (_name, claims, gaps) => {
    const found = coverage(window, claims);
    expect(found.gaps).toEqual(gaps);
    expect(found.complete).toBe(gaps.length === 0);
    const missing = gaps.reduce((sum, gap) => sum + gap.end - gap.start, 0);
    expect(found.share).toBeCloseTo(1 - missing / HOUR, 12);
  });

  it("does not call a rest of one second complete when nothing claims it", () => {
    const rest = { start: 0, end: SECOND };
    expect(coverage(rest, [])).toEqual({ gaps: [rest], complete: false, share: 0 });
    expect(coverage(rest, [{ start: 0, end: 1 }]).complete).toBe(true);
  });
});

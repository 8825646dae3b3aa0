import { describe, expect, it } from "vitest";
import { fitRange, roundedRange } from "./fit-range";

describe("a range fitted to values", () => {
  it("goes from the 2nd to the 98th percentile: what a few broken sensors say lies beyond", () => {
    const values = Float64Array.from({ length: 101 }, (_, i) => i);
    values[100] = 1e9;
    expect(fitRange(values)).toEqual({ low: 2, high: 98 });
  });
  it("lies between two values where the percentile does", () => {
    expect(fitRange(Float64Array.of(0, 100))).toEqual({ low: 2, high: 98 });
  });
  it("does not count what is missing", () => {
    expect(fitRange(Float64Array.of(Number.NaN, 1, 1, Number.NaN))).toEqual({ low: 0.5, high: 1.5 });
  });
  it("is moved apart where all values are equal", () => {
    expect(fitRange(Float64Array.of(1000))).toEqual({ low: 990, high: 1010 });
  });
  it("is none where all are missing", () => {
    expect(fitRange(Float64Array.of(Number.NaN))).toBeUndefined();
    expect(fitRange(Float64Array.of())).toBeUndefined();
  });
});

describe("a rounded range", () => {
  const cases = [
    [
      { low: 3.21, high: 27.19 },
      { low: 3, high: 28 },
    ],
    [
      { low: -0.01234, high: 0.0456 },
      { low: -0.013, high: 0.046 },
    ],
    [
      { low: 100_123, high: 101_987 },
      { low: 100_100, high: 102_000 },
    ],
    [
      { low: 0, high: 1e-20 },
      { low: 0, high: 1e-20 },
    ],
  ] as const;
  it.each(cases)("of %o holds it", (range, rounded) => {
    expect(roundedRange(range)).toEqual(rounded);
  });
});

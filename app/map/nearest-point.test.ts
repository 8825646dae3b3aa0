import { describe, expect, it } from "vitest";
import { nearestPoint } from "./nearest-point";
import { verticesOf } from "./reading/vertices";

const points = {
  lon: Float64Array.of(7, 7.001, 8),
  lat: Float64Array.of(50, 50, 50),
  value: Float64Array.of(1, 2, Number.NaN),
};
const shown = { ...points, vertices: verticesOf(points) };
const ALL = { box: undefined, min: undefined, max: undefined };

describe("the point under the pointer", () => {
  it("is the nearest of those in reach", () => {
    expect(nearestPoint(shown, ALL, 7.0004, 50, 1e-5)).toBe(0);
    expect(nearestPoint(shown, ALL, 7.0006, 50, 1e-5)).toBe(1);
    expect(nearestPoint(shown, ALL, 7.5, 50, 1e-5)).toBeUndefined();
  });
  it("is none that a filter hides", () => {
    expect(nearestPoint(shown, { ...ALL, min: 1.5 }, 7, 50, 1e-5)).toBe(1);
    expect(nearestPoint(shown, { ...ALL, max: 9 }, 8, 50, 1e-5)).toBeUndefined();
  });
});

import { expect, it } from "vitest";
import { MISSING, mercator, VERTEX, verticesOf } from "./vertices";

it("the map's unit goes from the north-west to the south-east", () => {
  expect(mercator(0, 0)).toEqual([0.5, 0.5]);
  expect(mercator(-180, 85.051129)[0]).toBe(0);
  expect(mercator(-180, 90)[1]).toBeCloseTo(0, 6);
  expect(mercator(180, -90)[1]).toBeCloseTo(1, 6);
});

it("two single numbers hold a place to the centimetre", () => {
  const [lon, lat] = [7.123456789, 50.987654321];
  const vertices = verticesOf({
    lon: Float64Array.of(lon),
    lat: Float64Array.of(lat),
    value: Float64Array.of(3.5),
  });
  const [x, y] = mercator(lon, lat);
  const metres = 40_075_017;
  expect(Math.abs((vertices[0] ?? 0) + (vertices[2] ?? 0) - x) * metres).toBeLessThan(0.01);
  expect(Math.abs((vertices[1] ?? 0) + (vertices[3] ?? 0) - y) * metres).toBeLessThan(0.01);
  expect(vertices[4]).toBe(3.5);
});

it("a missing value is marked by a number that no value has", () => {
  const one = Float64Array.of(0);
  const vertices = verticesOf({ lon: one, lat: one, value: Float64Array.of(Number.NaN) });
  expect(vertices).toHaveLength(VERTEX);
  expect(vertices[4]).toBe(Math.fround(MISSING));
});

import { expect, it } from "vitest";
import { legendCounts } from "./legend-counts";

const stations = {
  value: Float64Array.of(-5, 0, 10, 25, Number.NaN),
  lon: Float64Array.of(0, 1, 2, 3, 4),
  lat: Float64Array.of(0, 0, 0, 0, 0),
};
const ALL = { box: undefined, min: undefined, max: undefined };
const range = { low: 0, high: 20 };

it("without a filter all stations count", () => {
  expect(legendCounts(stations, ALL, range)).toEqual({ shown: 5, all: 5, below: 1, above: 1, missing: 1 });
});

it.each([
  ["a box", { ...ALL, box: [0.5, -1, 4, 1] as const }, { shown: 4, below: 0, above: 1, missing: 1 }],
  [
    "values, which a station without one has not",
    { ...ALL, max: 10 },
    { shown: 3, below: 1, above: 0, missing: 0 },
  ],
])("of those that a filter takes away none counts: %s", (_, filter, expected) => {
  expect(legendCounts(stations, filter, range)).toEqual({ all: 5, ...expected });
});

import { describe, expect, it } from "vitest";
import type { Points } from "./points";
import { type Filter, type Order, stationList } from "./station-list";
import { TextTable, textAt } from "./text-table";

const table = new TextTable();
for (const name of ["st-10", "st-9", "st-1"]) table.add(new TextEncoder().encode(name), 0, name.length);
const points: Points = {
  labels: table.texts(),
  lon: Float64Array.of(1, 20, 3),
  lat: Float64Array.of(1, 20, 3),
  value: Float64Array.of(5, Number.NaN, 7),
  time: Float64Array.of(3, 2, 1),
  observations: 3,
  unplaced: 0,
};
const ALL: Filter = { box: undefined, min: undefined, max: undefined };
const names = (filter: Filter, order: Order, boxes?: readonly [number, number, number, number][]) =>
  Array.from(stationList(points, filter, boxes, order), (place) => textAt(points.labels, place));

describe("stations in order", () => {
  it.each([
    [{ by: "station", down: false }, ["st-1", "st-9", "st-10"]],
    [{ by: "value", down: true }, ["st-1", "st-10", "st-9"]],
    [{ by: "value", down: false }, ["st-10", "st-1", "st-9"]],
    [{ by: "time", down: true }, ["st-10", "st-9", "st-1"]],
  ] as const)("%o: those without a value come last", (order, expected) => {
    expect(names(ALL, order)).toEqual(expected);
  });
});

describe("stations that are shown", () => {
  const order: Order = { by: "station", down: false };
  it("have a value inside the range, its ends included", () => {
    expect(names({ ...ALL, min: 5 }, order)).toEqual(["st-1", "st-10"]);
    expect(names({ ...ALL, max: 5 }, order)).toEqual(["st-10"]);
  });
  it("stand in the box", () => {
    expect(names({ ...ALL, box: [0, 0, 3, 3] }, order)).toEqual(["st-1", "st-10"]);
  });
  it("stand in the view, which may have two parts", () => {
    expect(
      names(ALL, order, [
        [0, 0, 2, 2],
        [19, 19, 21, 21],
      ]),
    ).toEqual(["st-9", "st-10"]);
  });
});

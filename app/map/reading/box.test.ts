import { describe, expect, it } from "vitest";
import { type Box, boxAround, boxesOfView, meets } from "./box";

describe("the boxes of a view", () => {
  const cases: readonly (readonly [what: string, view: Box, boxes: readonly Box[]])[] = [
    ["inside the globe", [5, 45, 15, 55], [[5, 45, 15, 55]]],
    ["wider than the globe", [-200, -95, 200, 95], [[-180, -90, 180, 90]]],
    [
      "over the date line",
      [170, -20, 190, 10],
      [
        [170, -20, 180, 10],
        [-180, -20, -170, 10],
      ],
    ],
    [
      "over the date line from the other side",
      [-190, -20, -170, 10],
      [
        [170, -20, 180, 10],
        [-180, -20, -170, 10],
      ],
    ],
    ["a whole turn away", [365, 45, 375, 55], [[5, 45, 15, 55]]],
  ];
  it.each(cases)("%s", (_, view, boxes) => {
    expect(boxesOfView(view)).toEqual(boxes);
  });
});

it("boxes that share only an edge meet", () => {
  expect(meets([0, 0, 1, 1], [1, 1, 2, 2])).toBe(true);
  expect(meets([0, 0, 1, 1], [1.1, 0, 2, 1])).toBe(false);
});

it("the box around nothing is none, and around one position is that position", () => {
  expect(boxAround([], [])).toBeUndefined();
  expect(boxAround([7], [50])).toEqual([7, 50, 7, 50]);
});

import { expect, it } from "vitest";
import { withSide } from "./box-fields";

it.each([
  [0, 5, [5, 40, 20, 60]],
  [0, 30, [20, 40, 30, 60]],
  [3, 99, [0, 40, 20, 90]],
  [1, undefined, [0, -90, 20, 60]],
  [2, undefined, [0, 40, 180, 60]],
] as const)("side %i at %s", (side, value, expected) => {
  expect(withSide([0, 40, 20, 60], side, value)).toEqual(expected);
});

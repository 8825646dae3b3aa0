import { expect, it } from "vitest";
import { fairExamples } from "./compare-revisions";

it.each<[readonly (readonly string[])[], number, readonly string[]]>([
  [[], 4, []],
  [[["a1", "a2", "a3"], [], ["c1"]], 3, ["a1", "a2", "c1"]],
  [
    [
      ["a1", "a2", "a3"],
      ["b1", "b2"],
    ],
    4,
    ["a1", "a2", "b1", "b2"],
  ],
  [[["a1"], ["b1"]], 4, ["a1", "b1"]],
])("%j, at most %i", (byField, most, taken) => {
  expect(fairExamples(byField, most)).toEqual(taken);
});

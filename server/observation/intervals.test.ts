import fc from "fast-check";
import { expect, it } from "vitest";
import { holds, unite, without } from "./intervals";

const at = (...pairs: readonly (readonly [number, number])[]) =>
  pairs.map(([start, end]) => ({ start, end }));

it.each([
  ["nothing", at(), at()],
  ["what touches", at([3, 5], [1, 3]), at([1, 5])],
  ["what overlaps, and what lies within", at([1, 9], [2, 3], [8, 12]), at([1, 12])],
  ["empty and turned ones", at([4, 4], [6, 2], [1, 2]), at([1, 2])],
  ["what lies apart", at([5, 6], [1, 2]), at([1, 2], [5, 6])],
])("unites %s", (_, given, expected) => {
  expect(unite(given)).toEqual(expected);
});

it.each([
  ["its middle", at([0, 10]), [3, 5], at([0, 3], [5, 10])],
  ["an edge", at([0, 10]), [-5, 5], at([5, 10])],
  ["all", at([0, 10]), [0, 10], at()],
  ["nothing", at([0, 10]), [10, 20], at([0, 10])],
  ["parts of several", at([0, 4], [6, 10]), [2, 8], at([0, 2], [8, 10])],
] as const)("takes away %s", (_, given, [start, end], expected) => {
  expect(without(given, { start, end })).toEqual(expected);
});

it("is what sets of whole numbers say", () => {
  const interval = fc
    .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }))
    .map(([start, end]) => ({
      start,
      end,
    }));
  const members = (all: readonly { start: number; end: number }[]) =>
    new Set(
      all.flatMap(({ start, end }) => Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i)),
    );
  fc.assert(
    fc.property(fc.array(interval), interval, (given, part) => {
      const all = members(given);
      const cut = members([part]);
      expect(members(unite(given))).toEqual(all);
      expect(members(without(given, part))).toEqual(new Set([...all].filter((each) => !cut.has(each))));
      if (cut.size > 0) expect(holds(given, part)).toBe([...cut].every((each) => all.has(each)));
    }),
  );
});

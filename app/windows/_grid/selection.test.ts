import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOUR, parseInstant } from "../../../server/observation/time";
import { MOST_RANGES } from "../../../server/window/grid/model";
import { rangesText } from "../../reprocess/ranges";
import { NOTHING_SELECTED, rangesIn, type Selection, type SelectionStep, selected } from "./selection";

const cell = (hour: number, dataset = "a") => span(hour, hour + 1, dataset);
const span = (from: number, to: number, dataset = "a") => ({ dataset, start: from * HOUR, end: to * HOUR });
const steps = (...all: readonly SelectionStep[]) => all.reduce(selected, NOTHING_SELECTED);
const shown = ({ ranges }: Selection) =>
  ranges.map(({ dataset, start, end }) => `${dataset} ${start / HOUR}-${end / HOUR}`);
const drag = (from: number, to: number, shift = false, dataset = "a"): SelectionStep[] => [
  { kind: "go", to: cell(from, dataset) },
  { kind: "drag", to: cell(to - 1, dataset), over: [span(from, to, dataset)], shift },
];

describe("selection", () => {
  it.each<[string, readonly SelectionStep[], readonly string[]]>([
    ["going to a cell selects nothing", [{ kind: "go", to: cell(3) }], []],
    ["a drag selects", drag(2, 5), ["a 2-5"]],
    ["a drag replaces", [...drag(2, 5), ...drag(7, 9)], ["a 7-9"]],
    ["with Shift it adds", [...drag(2, 5), ...drag(7, 9, true)], ["a 2-5", "a 7-9"]],
    ["with Shift, what touches becomes one", [...drag(2, 5), ...drag(5, 9, true)], ["a 2-9"]],
    [
      "with Shift on what is all selected it takes away",
      [...drag(2, 9), ...drag(4, 6, true)],
      ["a 2-4", "a 6-9"],
    ],
    ["with Shift on what is half selected it adds", [...drag(2, 5), ...drag(4, 7, true)], ["a 2-7"]],
    [
      "with Shift in another row it adds",
      [...drag(2, 5, false, "b"), ...drag(4, 7, true)],
      ["a 4-7", "b 2-5"],
    ],
    [
      "over several rows",
      [
        { kind: "go", to: cell(2) },
        { kind: "drag", to: cell(4, "c"), over: [span(2, 5), span(2, 4, "c")], shift: false },
      ],
      ["a 2-5", "c 2-4"],
    ],
    [
      "a drag that goes on begins at its anchor again",
      [...drag(2, 9), { kind: "drag", to: cell(3), over: [span(2, 4)], shift: false }],
      ["a 2-4"],
    ],
    [
      "Shift and arrows extend what there is, and shrink again",
      [
        ...drag(0, 1),
        { kind: "go", to: cell(4) },
        { kind: "extend", to: cell(6), over: [span(4, 7)] },
        { kind: "extend", to: cell(5), over: [span(4, 6)] },
      ],
      ["a 0-1", "a 4-6"],
    ],
    ["Space selects the cell of the cursor", [{ kind: "go", to: cell(4) }, { kind: "toggle" }], ["a 4-5"]],
    ["Space again takes it away", [{ kind: "go", to: cell(4) }, { kind: "toggle" }, { kind: "toggle" }], []],
    ["Space without a cursor does nothing", [{ kind: "toggle" }], []],
    [
      "Space cuts a cell out of a range",
      [...drag(2, 6), { kind: "go", to: cell(3) }, { kind: "toggle" }],
      ["a 2-3", "a 4-6"],
    ],
    [
      "the head of a row selects it instead",
      [...drag(2, 6), { kind: "select", ranges: [span(0, 24, "b")] }],
      ["b 0-24"],
    ],
    [
      "with Shift it is added",
      [...drag(2, 6), { kind: "toggle", ranges: [span(0, 24, "b")] }],
      ["a 2-6", "b 0-24"],
    ],
    ["Escape clears", [...drag(2, 6), { kind: "clear" }], []],
  ])("%s", (_, all, expected) => {
    expect(shown(steps(...all))).toEqual(expected);
  });

  it("keeps the cursor when it is cleared", () => {
    expect(steps(...drag(2, 6), { kind: "clear" }).cursor).toEqual(cell(5));
  });

  it("refuses a selection of too many parts, says so, and keeps what there was", () => {
    const many = Array.from({ length: MOST_RANGES }, (_, i) => span(i * 2, i * 2 + 1));
    const full = steps({ kind: "select", ranges: many }, { kind: "toggle", ranges: [span(900, 901)] });
    expect([full.full, full.ranges.length]).toEqual([true, MOST_RANGES]);
    expect(selected(full, { kind: "select", ranges: [cell(1)] }).full).toBe(false);
  });

  it("holds the hours that sets would hold, whatever is dragged with Shift", () => {
    const hour = fc.integer({ min: 0, max: 20 });
    const drags = fc.array(fc.tuple(hour, fc.integer({ min: 1, max: 8 }), fc.constantFrom("a", "b")));
    fc.assert(
      fc.property(drags, (all) => {
        const wanted = new Set<string>();
        for (const [from, length, dataset] of all) {
          const keys = Array.from({ length }, (_, i) => `${dataset} ${from + i}`);
          const there = keys.every((key) => wanted.has(key));
          for (const key of keys) there ? wanted.delete(key) : wanted.add(key);
        }
        const found = steps(
          ...all.flatMap(([from, length, dataset]) => drag(from, from + length, true, dataset)),
        );
        const hours = found.ranges.flatMap(({ dataset, start, end }) =>
          Array.from({ length: (end - start) / HOUR }, (_, i) => `${dataset} ${start / HOUR + i}`),
        );
        expect(hours.toSorted()).toEqual([...wanted].sort());
      }),
    );
  });
});

describe("a selection in the address", () => {
  const start = parseInstant("2026-11-24T00:00:00Z") ?? 0;
  const range = (from: number, to: number, dataset = "sensor.community") => ({
    dataset,
    start: start + from * HOUR,
    end: start + to * HOUR,
  });

  it("is read as it was written, and what touches is one", () => {
    const ranges = [range(0, 5, "a,b/c"), range(0, 12)];
    expect(rangesIn(rangesText(ranges))).toEqual(ranges);
    expect(rangesIn(rangesText([range(6, 12), range(0, 6)]))).toEqual([range(0, 12)]);
    expect(rangesIn("soon")).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { HOUR } from "../../../server/observation/time";
import { type GridPart, packRun } from "../../../server/window/grid/model";
import {
  cellAt,
  cellFrom,
  cellNear,
  cellUpTo,
  countsIn,
  type GridFilter,
  type GridRow,
  holeCellAt,
  isOfSeveral,
  pictureOf,
  shownParts,
  wholeCells,
} from "./picture";

const ALL: GridFilter = { states: undefined, stale: false };
const FAILED: GridFilter = { states: ["failed"], stale: false };
const part = (state: GridPart["state"], windows = 1, stale = 0, again = 0): GridPart => ({
  state,
  windows,
  stale,
  again,
});
const run = (hour: number, cells: number, ...parts: GridPart[]) => ({
  start: hour * HOUR,
  each: HOUR,
  cells,
  parts,
});

/** Built from 0 to 4, failed at 4, a hole from 5 to 7, built from 7 to 9, failed with built at 9. */
const ROW: GridRow = {
  dataset: "d",
  synthetic: false,
  runs: [
    run(0, 4, part("built")),
    run(4, 1, part("failed")),
    run(7, 2, part("built", 1, 1)),
    run(9, 1, part("failed"), part("built", 3)),
  ],
};
const hours = (cell: { start: number; end: number } | undefined) =>
  cell && [cell.start / HOUR, cell.end / HOUR];

describe("cells of a row", () => {
  it.each([
    ["inside a run", 2.5, ALL, [2, 3]],
    ["at the start of a cell", 4, ALL, [4, 5]],
    ["in a hole", 6, ALL, undefined],
    ["after the end", 10, ALL, undefined],
    ["of a hidden state", 2.5, FAILED, undefined],
  ])("%s", (_, at, filter, expected) => {
    expect(hours(cellAt(ROW, at * HOUR, filter))).toEqual(expected);
  });

  it.each([
    ["the next", 3, ALL, [3, 4]],
    ["over a hole", 5, ALL, [7, 8]],
    ["from the middle of a cell", 0.5, ALL, [1, 2]],
    ["the next failed", 0, FAILED, [4, 5]],
    ["past the last", 10, ALL, undefined],
  ])("onwards: %s", (_, at, filter, expected) => {
    expect(hours(cellFrom(ROW, at * HOUR, filter))).toEqual(expected);
  });

  it.each([
    ["the one before", 3, ALL, [2, 3]],
    ["over a hole", 7, ALL, [4, 5]],
    ["from after the end", 100, ALL, [9, 10]],
    ["the failed before", 9, FAILED, [4, 5]],
    ["before the first", 0, ALL, undefined],
  ])("backwards: %s", (_, at, filter, expected) => {
    expect(hours(cellUpTo(ROW, at * HOUR, filter))).toEqual(expected);
  });

  it("the nearest, whatever the side", () => {
    expect(hours(cellNear(ROW, 5.5 * HOUR, ALL))).toEqual([4, 5]);
    expect(hours(cellNear(ROW, 6.7 * HOUR, ALL))).toEqual([7, 8]);
    expect(hours(cellNear(ROW, 1 * HOUR, FAILED))).toEqual([4, 5]);
    expect(cellNear({ ...ROW, runs: [] }, 0, ALL)).toBeUndefined();
  });

  it.each([
    ["part of one", 1.2, 1.8, [1, 2]],
    ["over several runs", 3.5, 7.1, [3, 8]],
    ["into a hole", 4, 6, [4, 5]],
    ["only a hole", 5, 7, undefined],
    ["longer than all", -5, 50, [0, 10]],
    ["before all", -5, -1, undefined],
  ])("whole cells of a span: %s", (_, start, end, expected) => {
    expect(hours(wholeCells(ROW, { start: start * HOUR, end: end * HOUR }))).toEqual(expected);
  });
});

describe("cells of a row with what was not collected between them", () => {
  const holed: GridRow = {
    ...ROW,
    holes: [{ start: 5 * HOUR, end: 7 * HOUR, each: HOUR, span: HOUR, several: false }],
  };
  const apart = { ...ALL, apart: HOUR };
  const asOne = { ...ALL, apart: 2 * HOUR };

  it("holes are cells where they are shown, and only there", () => {
    expect(cellAt(holed, 6.5 * HOUR, apart)).toEqual({
      dataset: "d",
      start: 6 * HOUR,
      end: 7 * HOUR,
      parts: [],
      hole: { several: false },
    });
    expect(cellAt(holed, 6.5 * HOUR, ALL)).toBeUndefined();
    expect(holeCellAt(holed, 6.5 * HOUR, FAILED)).toBeUndefined();
    expect(hours(cellNear(holed, 6.7 * HOUR, asOne))).toEqual([5, 7]);
  });

  it.each([
    ["apart", apart, [5, 6], [6, 7], [7, 8], [6, 7], [5, 6], [4, 5]],
    ["as one", asOne, [5, 7], [7, 8], [7, 8], [5, 7], [4, 5], [4, 5]],
    ["hidden", ALL, [7, 8], [7, 8], [7, 8], [4, 5], [4, 5], [4, 5]],
  ])("each is reached in order, %s", (_, reach, from5, from6, from7, upTo7, upTo6, upTo5) => {
    expect([5, 6, 7].map((at) => hours(cellFrom(holed, at * HOUR, reach)))).toEqual([from5, from6, from7]);
    expect([7, 6, 5].map((at) => hours(cellUpTo(holed, at * HOUR, reach)))).toEqual([upTo7, upTo6, upTo5]);
  });

  it("selection takes the windows round them as before", () => {
    expect(hours(wholeCells(holed, { start: 4 * HOUR, end: 6 * HOUR }))).toEqual([4, 5]);
  });

  it("opens the room of one window, and goes nearer to that of several", () => {
    const of = (several: boolean) =>
      isOfSeveral({ dataset: "d", start: 0, end: 1, parts: [], hole: { several } });
    expect([of(false), of(true)]).toEqual([false, true]);
  });
});

it("shows of a cell what the filter shows, and of stale ones only those", () => {
  const parts = [part("failed"), part("queued", 4, 2), part("built", 3)];
  expect(shownParts(parts, ALL)).toBe(parts);
  expect(shownParts(parts, { states: ["built", "failed"], stale: false })).toEqual([
    part("failed"),
    part("built", 3),
  ]);
  expect(shownParts(parts, { states: undefined, stale: true })).toEqual([part("queued", 2, 2)]);
});

it("counts the windows that begin in a span, by state", () => {
  const picture = { start: 0, end: 10 * HOUR, rows: [ROW, { ...ROW, dataset: "e" }] };
  expect(countsIn(picture, { start: 0, end: 10 * HOUR })).toEqual({
    states: { built: 18, failed: 4 },
    stale: 4,
    again: 0,
  });
  expect(countsIn(picture, { start: 3 * HOUR, end: 8 * HOUR })).toEqual({
    states: { built: 4, failed: 2 },
    stale: 2,
    again: 0,
  });
});

it("reads an answer", () => {
  const picture = pictureOf({
    from: HOUR,
    to: 9 * HOUR,
    each: HOUR,
    leftOut: 0,
    rows: [
      {
        ...ROW,
        eras: [{ from: 0, span: HOUR }],
        many: false,
        runs: ROW.runs.map((each) => packRun(each, HOUR)),
      },
    ],
  });
  expect(picture.rows).toEqual([{ ...ROW, grained: undefined, holes: [] }]);
});

it.each([
  ["an hour's cell of one window of 5 minutes", HOUR / 12, HOUR, true],
  ["an hour's cell of one window of an hour", HOUR, HOUR, false],
  ["a cell of 6 hours at the start of a window of a day", 24 * HOUR, 6 * HOUR, false],
])("%s: goes nearer, or opens it", (_name, span, each, nearer) => {
  const start = 48 * HOUR;
  const run = {
    start,
    each,
    cells: 1,
    parts: [{ state: "built" as const, windows: 1, stale: 0, again: 0 }],
  };
  const picture = pictureOf({
    from: start,
    to: start + 24 * HOUR,
    each,
    leftOut: 0,
    rows: [{ ...ROW, eras: [{ from: 0, span }], many: true, runs: [packRun(run, start)] }],
  });
  const [row] = picture.rows;
  const cell = row && cellAt(row, start + 1, ALL);
  expect(cell && isOfSeveral(cell)).toBe(nearer);
});

import { describe, expect, it } from "vitest";
import { DAY, HOUR } from "../../../server/observation/time";
import type { GridRun } from "../../../server/window/grid/model";
import { type HoleCell, holeAt, holeFrom, holesOf, holeUpTo, roomAt } from "./holes";

const run = (hour: number, cells: number, windows = 1, each = 1): GridRun => ({
  start: hour * HOUR,
  each: each * HOUR,
  cells,
  parts: [{ state: "built", windows, stale: 0, again: 0 }],
});
const row = (runs: readonly GridRun[], first = 0, last = 20, span = 1) => ({
  first: first * HOUR,
  last: last * HOUR,
  span: span * HOUR,
  runs,
});
const KNOWN = { start: -100 * HOUR, end: 100 * HOUR };
const spans = (holes: readonly { start: number; end: number }[]) =>
  holes.map(({ start, end }) => [start / HOUR, end / HOUR]);

describe("holes of a row", () => {
  it.each([
    ["between runs", row([run(0, 4), run(7, 13)]), KNOWN, [[4, 7]]],
    ["none where runs touch", row([run(0, 4), run(4, 16)]), KNOWN, []],
    [
      "at the edges of what is known",
      row([run(0, 4), run(7, 2)], -50, 50),
      { start: -5 * HOUR, end: 12 * HOUR },
      [
        [-5, 0],
        [4, 7],
        [9, 12],
      ],
    ],
    ["not before the first window, nor after the last", row([run(2, 2)], 2, 4), KNOWN, []],
    [
      "all that is known, where no window is in it",
      row([], 0, 20),
      { start: 5 * HOUR, end: 8 * HOUR },
      [[5, 8]],
    ],
    ["outside of what is known", row([], 0, 4), { start: 5 * HOUR, end: 8 * HOUR }, []],
  ])("%s", (_, given, known, expected) => {
    expect(spans(holesOf(given, known, 12 * HOUR))).toEqual(expected);
  });

  it("of a dataset without windows there is none", () => {
    expect(holesOf({ span: HOUR, runs: [] }, KNOWN, HOUR)).toEqual([]);
  });

  it("between cells of several windows has cells as long, and is none where a longer window may reach over it", () => {
    const [hole] = holesOf(row([run(0, 1, 12, 12), run(36, 1, 12, 12)], 0, 48), KNOWN, 12 * HOUR);
    expect(hole).toEqual({ start: 12 * HOUR, end: 36 * HOUR, each: 12 * HOUR, several: true });
    const days = row([run(0, 1, 12, 12), run(24, 1, 1, 12)], 0, 48, 24);
    expect(holesOf(days, KNOWN, 12 * HOUR)).toEqual([]);
  });
});

it("windows in a hole lie as elsewhere: by the epoch, cut at days of UTC, within the hole", () => {
  const sevens = { start: 14 * HOUR, end: 40 * HOUR, each: 7 * HOUR, several: false };
  const starts = [14, 21, 24, 28, 35].map((hour) => spans([roomAt(sevens, hour * HOUR)])[0]);
  expect(starts).toEqual([
    [14, 21],
    [21, 24],
    [24, 28],
    [28, 35],
    [35, 40],
  ]);
  const days = { start: 2 * DAY, end: 6 * DAY, each: 2 * DAY, several: true };
  expect(roomAt(days, 5 * DAY)).toEqual({ start: 4 * DAY, end: 6 * DAY, several: true });
});

describe("stops in holes from 4 to 7 and from 9 to 10", () => {
  const holes = holesOf(row([run(0, 4), run(7, 2), run(10, 10)]), KNOWN, 12 * HOUR);
  const stop = (cell: HoleCell | undefined) =>
    cell && [cell.start / HOUR, cell.end / HOUR, cell.several ? "several" : "one"];

  it.each([
    ["apart", HOUR, [4, 5, "one"], [5, 6, "one"], [9, 10, "one"], [6, 7, "one"], [5, 6, "one"]],
    ["as one", 2 * HOUR, [4, 7, "several"], [9, 10, "one"], [9, 10, "one"], [4, 7, "several"], undefined],
  ])("%s", (_, apart, at4, from5, from7, upTo9, upTo6) => {
    expect(stop(holeAt(holes, 4.5 * HOUR, apart))).toEqual(at4);
    expect(stop(holeFrom(holes, 5 * HOUR, apart))).toEqual(from5);
    expect(stop(holeFrom(holes, 7 * HOUR, apart))).toEqual(from7);
    expect(stop(holeUpTo(holes, 9 * HOUR, apart))).toEqual(upTo9);
    expect(stop(holeUpTo(holes, 6 * HOUR, apart))).toEqual(upTo6);
  });

  it("there is none beside them", () => {
    expect(holeAt(holes, 7 * HOUR, HOUR)).toBeUndefined();
    expect(holeFrom(holes, 10 * HOUR, HOUR)).toBeUndefined();
    expect(holeUpTo(holes, 4 * HOUR, HOUR)).toBeUndefined();
  });
});

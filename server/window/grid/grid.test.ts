import { expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../../observation/time";
import { WindowState } from "../model";
import { grain } from "./grain";
import { packRun, SEVERITY, unpackRun } from "./model";
import { type GridPiece, runsOf } from "./runs";

it("has every state in the order of severity, failed first and built last", () => {
  expect(SEVERITY.toSorted()).toEqual(WindowState.options.toSorted());
  expect([SEVERITY[0], SEVERITY.at(-1)]).toEqual(["failed", "built"]);
});

it.each([
  ["a day in many pixels: every window has room", DAY, 1440, 1, MINUTE],
  ["a week", 7 * DAY, 1000, 20, 15 * MINUTE],
  ["a year in 1,000 pixels", 365 * DAY, 1000, 20, 12 * HOUR],
  ["a year in 250 pixels", 365 * DAY, 250, 20, 2 * DAY],
  ["a year of 200 datasets: the answer stays bounded", 365 * DAY, 1000, 200, 4 * DAY],
  ["more than anybody asks for", 36_500 * DAY, 100, 1, 8 * DAY],
])("%s", (_, range, most, rows, expected) => {
  expect(grain({ start: 0, end: range }, most, rows)).toBe(expected);
});

function piece(hour: number, state: WindowState, more: Partial<GridPiece> = {}): GridPiece {
  return { start: hour * HOUR, each: HOUR, state, windows: 1, stale: 0, again: 0, ...more };
}

it("puts like windows that follow each other into one run", () => {
  const pieces = [piece(0, "built"), piece(1, "built"), piece(2, "failed"), piece(3, "built")];
  expect(runsOf(pieces).map(({ start, cells, parts }) => [start / HOUR, cells, parts[0]?.state])).toEqual([
    [0, 2, "built"],
    [2, 1, "failed"],
    [3, 1, "built"],
  ]);
});

it.each([
  ["a hole", piece(2, "built")],
  ["another length", piece(1, "built", { each: MINUTE })],
  ["stale", piece(1, "built", { stale: 1 })],
  ["made again", piece(1, "built", { again: 1 })],
  ["another number of windows", piece(1, "built", { windows: 2 })],
])("does not go on over %s", (_, next) => {
  expect(runsOf([piece(0, "built"), next])).toHaveLength(2);
});

it("hides nothing in a cell of several states: all are counted, the worst stands first", () => {
  const pieces = [
    piece(0, "built", { windows: 10 }),
    piece(0, "queued", { windows: 3, stale: 2 }),
    piece(0, "failed"),
  ];
  expect(runsOf(pieces)).toEqual([
    {
      start: 0,
      each: HOUR,
      cells: 1,
      parts: [
        { state: "failed", windows: 1, stale: 0, again: 0 },
        { state: "queued", windows: 3, stale: 2, again: 0 },
        { state: "built", windows: 10, stale: 0, again: 0 },
      ],
    },
  ]);
  expect(runsOf([])).toEqual([]);
});

it("is the same after being packed and unpacked, whatever the states", () => {
  const origin = 1_700_000_000_000_000;
  const pieces = WindowState.options.map((state, hour) =>
    piece(hour, state, {
      start: origin + (hour - 3) * HOUR,
      windows: hour + 1,
      stale: hour,
      again: hour % 2,
    }),
  );
  for (const run of [...runsOf(pieces), ...runsOf([...pieces.map((each) => ({ ...each, start: origin }))])])
    expect(unpackRun(packRun(run, origin), origin)).toEqual(run);
});

import { expect, it } from "vitest";
import { nextRows } from "./use-in-steps";

const self = (row: string) => row;
const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, place) => `row ${from + place}`);

/** What is shown frame by frame until it is what is wanted. */
function frames(shown: readonly string[], wanted: readonly string[], most: number): (readonly string[])[] {
  const seen: (readonly string[])[] = [];
  for (let now = shown; now !== wanted && seen.length < 100; ) {
    now = nextRows(now, wanted, self, most);
    seen.push(now);
  }
  return seen;
}

it("brings a few rows that were not there each time, the topmost first", () => {
  expect(frames([], rows(0, 5), 2)).toEqual([rows(0, 2), rows(0, 4), rows(0, 5)]);
});

it("shows at once what is of few new rows, or of none", () => {
  expect(frames(rows(2, 50), rows(0, 48), 2)).toEqual([rows(0, 48)]);
  expect(frames(rows(0, 50), rows(10, 20), 2)).toEqual([rows(10, 20)]);
  expect(frames(rows(0, 50), [], 2)).toEqual([[]]);
});

it("leaves the rows below in their place until their turn comes", () => {
  expect(frames(rows(0, 4), rows(10, 14), 2)).toEqual([["row 10", "row 11", "row 2", "row 3"], rows(10, 14)]);
});

it("moves no row that was there: those above one that stays go before it is passed", () => {
  expect(frames(rows(0, 5), ["row 7", "row 6", "row 4", "row 9"], 1)).toEqual([
    ["row 7", "row 2", "row 3", "row 4"],
    ["row 7", "row 6", "row 4"],
    ["row 7", "row 6", "row 4", "row 9"],
  ]);
});

it("keeps what is wanted further down", () => {
  expect(frames(rows(2, 6), rows(0, 4), 1)).toEqual([["row 0", "row 2", "row 3", "row 5"], rows(0, 4)]);
});

it("never brings more than it may, and ends with the wanted rows themselves", () => {
  const wanted = rows(100, 150);
  const seen = frames(rows(0, 50), wanted, 8);
  expect(seen.at(-1)).toBe(wanted);
  for (const [place, each] of seen.entries()) {
    const before = new Set(seen[place - 1] ?? rows(0, 50));
    expect(each.filter((row) => !before.has(row)).length).toBeLessThanOrEqual(8);
    expect(new Set(each).size).toBe(each.length);
  }
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Interval } from "../../../server/observation/interval";
import { segmentAt, windowAt } from "../../../server/observation/span-grid";
import { DAY, HOUR, MINUTE } from "../../../server/observation/time";
import type { GridRun } from "../../../server/window/grid/model";
import { type HoleCell, holeAt, holeFrom, holesOf, holeUpTo, roomAt } from "./holes";

const run = (hour: number, cells: number, windows = 1, each = 1): GridRun => ({
  start: hour * HOUR,
  each: each * HOUR,
  cells,
  parts: [{ state: "built", windows, stale: 0, again: 0 }],
});
const era = (from: number, span: number) => ({ from: from * HOUR, span: span * HOUR });
const HOURLY = [era(0, 1)];
const row = (runs: readonly GridRun[], first = 0, last = 20, eras = HOURLY, many = false) => ({
  first: first * HOUR,
  last: last * HOUR,
  eras,
  many,
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
    expect(holesOf({ eras: HOURLY, many: false, runs: [] }, KNOWN, HOUR)).toEqual([]);
  });

  it("between cells of several windows has cells as long, and is none where a longer window may reach over it", () => {
    const runs = [run(0, 1, 12, 12), run(36, 1, 12, 12)];
    expect(holesOf(row(runs, 0, 48, HOURLY, true), KNOWN, 12 * HOUR)).toEqual([
      { start: 12 * HOUR, end: 36 * HOUR, each: 12 * HOUR, span: HOUR, several: true },
    ]);
    const days = row([run(0, 1, 1, 12), run(24, 1, 1, 12)], 0, 48, [era(0, 24)], true);
    expect(holesOf(days, KNOWN, 12 * HOUR)).toEqual([]);
  });

  it("at the edges of what is known are whole windows", () => {
    const days = row([], 0, 96, [era(0, 24)]);
    const [hole] = holesOf(days, { start: 30 * HOUR, end: 33 * HOUR }, HOUR);
    expect(hole).toMatchObject({ start: 24 * HOUR, end: 48 * HOUR });
    expect(hole && roomAt(hole, 31 * HOUR)).toEqual({ start: 24 * HOUR, end: 48 * HOUR, several: false });
    const weeks = holesOf({ ...days, eras: [era(0, 7 * 24)] }, { start: 30 * HOUR, end: 50 * HOUR }, HOUR);
    expect(weeks).toEqual([{ start: DAY, end: 3 * DAY, each: DAY, span: 7 * DAY, several: false }]);
  });
});

describe("holes of a row whose span was changed", () => {
  it("to a shorter one: a cell stands for its long window, and a missing day is one window", () => {
    const shorter = [era(0, 24), era(72, 1)];
    const runs = [run(0, 1), run(48, 1), run(72, 3, 2), run(80, 4, 2)];
    const holes = holesOf(row(runs, 0, 84, shorter, true), KNOWN, HOUR);
    expect(spans(holes)).toEqual([
      [24, 48],
      [75, 80],
    ]);
    expect(holes.map(({ several, each }) => [several, each])).toEqual([
      [false, DAY],
      [false, HOUR],
    ]);
  });

  it("to a longer one: what is missing of the short ones is shown", () => {
    const longer = [era(0, 1 / 12), era(72, 24)];
    const runs = [run(0, 3, 12), run(4, 68, 12), run(72, 1), run(120, 1)];
    const holes = holesOf(row(runs, 0, 144, longer, true), { ...KNOWN, end: 200 * HOUR }, HOUR);
    expect(holes.map(({ start, end, several }) => [start / HOUR, end / HOUR, several])).toEqual([
      [3, 4, true],
      [96, 120, false],
    ]);
  });

  it("one hole over both is two, and each has the cells of its time", () => {
    const holes = holesOf(row([run(0, 24)], 0, 100, [era(0, 1), era(48, 24)]), KNOWN, HOUR);
    expect(spans(holes)).toEqual([
      [24, 48],
      [48, 100],
    ]);
    expect(
      spans([holeAt(holes, 47.5 * HOUR, HOUR), holeAt(holes, 50 * HOUR, HOUR)].flatMap((c) => c ?? [])),
    ).toEqual([
      [47, 48],
      [48, 72],
    ]);
  });

  const lengths = [MINUTE * 25, HOUR, 7 * HOUR, 12 * HOUR, DAY, 7 * DAY];
  const given = fc.record({
    spans: fc.array(fc.constantFrom(...lengths), { minLength: 1, maxLength: 3 }),
    there: fc.array(fc.boolean(), { minLength: 7, maxLength: 40 }),
    from: fc.integer({ min: 0, max: 5 * 24 * 60 }),
    minutes: fc.integer({ min: 60, max: 5 * 24 * 60 }),
    grain: fc.constantFrom(10 * MINUTE, HOUR, 3 * HOUR, 2 * DAY),
    many: fc.boolean(),
  });

  it("whatever was changed: cells of one window are windows that are not there, and none of these is left out", () => {
    fc.assert(
      fc.property(given, ({ spans: each, there, from, minutes, grain, many }) => {
        const eras = each.map((span, place) => ({ from: place * 2 * DAY, span }));
        const all: Interval[] = [];
        for (let at = 0; at < 8 * DAY; at = all.at(-1)?.end ?? at) all.push(windowAt(eras, at));
        const has = (place: number) => there[place % there.length] === true;
        const held = all.filter((_, place) => has(place));
        const known = { start: from * MINUTE, end: (from + minutes) * MINUTE };
        const inRange = held.filter(({ start, end }) => end > known.start && start < known.end);
        const cells = inRange.map(({ start, end }) =>
          many ? { start: Math.floor(start / grain) * grain, each: grain } : { start, each: end - start },
        );
        const runs = [...new Map(cells.map((cell) => [cell.start, cell])).values()].map((cell) => ({
          ...cell,
          cells: 1,
          parts: [{ state: "built" as const, windows: 1, stale: 0, again: 0 }],
        }));
        const holed = { first: held[0]?.start, last: held.at(-1)?.end, eras, many, runs };
        const holes = holesOf(holed, known, grain);
        const found: number[] = [];
        for (const hole of holes) {
          expect(windowAt(eras, hole.start).start).toBe(hole.start);
          for (let at = hole.start; at < hole.end; ) {
            const room = roomAt(hole, at);
            if (!hole.several) found.push(room.start);
            at = room.end;
          }
          for (const window of all.filter(({ start }) => start >= hole.start && start < hole.end))
            expect(held).not.toContain(window);
        }
        const missing = all.filter(
          (window) =>
            !held.includes(window) &&
            window.end > known.start &&
            window.start < known.end &&
            window.start >= (holed.first ?? Number.POSITIVE_INFINITY) &&
            window.end <= (holed.last ?? 0) &&
            // What begins in a cell that holds another is not told apart.
            !runs.some((run) => window.start >= run.start && window.start < run.start + run.each),
        );
        const ones = missing.filter(
          ({ start }) => !many || grain <= Math.min(DAY, segmentAt(eras, start).rule.span),
        );
        expect(found).toEqual(ones.map(({ start }) => start));
        for (const { start } of missing)
          expect(holes.some((hole) => hole.start <= start && start < hole.end)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

it("windows in a hole lie as elsewhere: by the epoch, cut at days of UTC, within the hole", () => {
  const sevens = { start: 14 * HOUR, end: 40 * HOUR, each: 7 * HOUR, span: 7 * HOUR, several: false };
  const starts = [14, 21, 24, 28, 35].map((hour) => spans([roomAt(sevens, hour * HOUR)])[0]);
  expect(starts).toEqual([
    [14, 21],
    [21, 24],
    [24, 28],
    [28, 35],
    [35, 40],
  ]);
  const days = { start: 2 * DAY, end: 6 * DAY, each: 2 * DAY, span: HOUR, several: true };
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

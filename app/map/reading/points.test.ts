import { describe, expect, it } from "vitest";
import type { Interval } from "../../../server/observation/interval";
import type { Column } from "./column";
import { type LoadedGroup, PointMaker, type Points } from "./points";
import { type Texts, TextTable, textAt } from "./text-table";

/** station, time, lon, lat, value */
type Row = readonly [string, number, number, number, number];

const numbers = (values: readonly number[]): Column => ({
  kind: "number",
  values: Float64Array.from(values),
});

function texts(values: readonly string[]): Column {
  const words = new TextTable();
  const encoded = values.map((value) => new TextEncoder().encode(value));
  const codes = Int32Array.from(encoded, (word) => words.add(word, 0, word.length));
  return { kind: "text", codes, words: words.texts() };
}

function group(rows: readonly Row[], except: readonly Interval[] = []): LoadedGroup {
  return {
    rows: rows.length,
    except,
    time: numbers(rows.map((row) => row[1])),
    lon: numbers(rows.map((row) => row[2])),
    lat: numbers(rows.map((row) => row[3])),
    value: numbers(rows.map((row) => row[4])),
    identity: [texts(rows.map((row) => row[0]))],
  };
}

function pointsOf(groups: readonly LoadedGroup[], mobile = false): Points {
  const maker = new PointMaker({ start: 0, end: 100 }, mobile);
  for (const each of groups) maker.add(each);
  return maker.points();
}

const namesOf = (labels: Texts) => Array.from(labels.ends, (_, place) => textAt(labels, place));
const shown = ({ labels, value, time }: Points) =>
  namesOf(labels).map((label, place) => [label, value[place], time[place]]);

describe("of each station stands", () => {
  const cases: readonly (readonly [what: string, groups: readonly LoadedGroup[], expected: unknown[]])[] = [
    [
      "the newest value, in whatever order rows come",
      [
        group([
          ["a", 20, 1, 1, 2],
          ["a", 10, 1, 1, 1],
        ]),
        group([["a", 15, 1, 1, 9]]),
      ],
      [["a", 2, 20]],
    ],
    [
      "a value rather than a later missing one",
      [
        group([
          ["a", 10, 1, 1, 1],
          ["a", 20, 1, 1, Number.NaN],
        ]),
      ],
      [["a", 1, 10]],
    ],
    [
      "that it has none, and when it was last heard",
      [
        group([
          ["a", 10, 1, 1, Number.NaN],
          ["a", 20, 1, 1, Number.NaN],
        ]),
      ],
      [["a", Number.NaN, 20]],
    ],
    [
      "nothing of other times: the end does not belong to the window",
      [
        group([
          ["a", -1, 1, 1, 1],
          ["b", 100, 1, 1, 1],
          ["c", 0, 1, 1, 1],
        ]),
      ],
      [["c", 1, 0]],
    ],
    [
      "nothing of what another file has replaced",
      [
        group(
          [
            ["a", 10, 1, 1, 1],
            ["a", 20, 1, 1, 2],
          ],
          [{ start: 15, end: 25 }],
        ),
      ],
      [["a", 1, 10]],
    ],
  ];
  it.each(cases)("%s", (_, groups, expected) => {
    expect(shown(pointsOf(groups))).toEqual(expected);
  });
});

it("counts observations, and stations without a position on the globe", () => {
  const points = pointsOf([
    group([
      ["a", 10, Number.NaN, 1, 1],
      ["b", 10, 1, 95, 1],
      ["c", 10, 1, 1, 1],
      ["c", 11, Number.NaN, Number.NaN, 1],
    ]),
  ]);
  expect(namesOf(points.labels)).toEqual(["c"]);
  expect(points).toMatchObject({ observations: 4, unplaced: 2 });
});

it("of mobile data each place is a point", () => {
  const rows: readonly Row[] = [
    ["a", 10, 1, 1, 1],
    ["a", 20, 2, 1, 2],
  ];
  expect(shown(pointsOf([group(rows)]))).toEqual([["a", 2, 20]]);
  expect(shown(pointsOf([group(rows)], true))).toEqual([
    ["a", 1, 10],
    ["a", 2, 20],
  ]);
});

it("a file without the variable has stations without a value", () => {
  expect(shown(pointsOf([{ ...group([["a", 10, 1, 1, 1]]), value: undefined }]))).toEqual([
    ["a", Number.NaN, 10],
  ]);
});

it("a station of several columns is named by all of them", () => {
  const one = group([["a", 10, 1, 1, 1]]);
  const { labels } = pointsOf([{ ...one, identity: [...one.identity, numbers([7])] }]);
  expect(namesOf(labels)).toEqual(["a, 7"]);
});

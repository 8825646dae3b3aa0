import { describe, expect, it } from "vitest";
import type { Interval } from "../../../server/observation/interval";
import { HOUR } from "../../../server/observation/time";
import type { Box } from "./box";
import { groupsToRead, nameOf, type PlannedFile } from "./plan-groups";

const hours = (start: number, end: number): Interval => ({ start: start * HOUR, end: end * HOUR });

function file(
  groups: readonly (readonly [box: Box | null, time: Interval | null])[],
  except: Interval[] = [],
) {
  const rowGroups = groups.map(([box, time]) => ({ rows: 10, bytes: 100, offset: 4, box, time }));
  return {
    key: "day.parquet",
    bytes: 1000,
    columns: ["datetime"],
    except,
    groups: rowGroups,
  } satisfies PlannedFile;
}

const WEST: Box = [0, 40, 10, 60];
const EAST: Box = [20, 40, 30, 60];

describe("of a file, the row groups are read", () => {
  const view: readonly Box[] = [[5, 45, 6, 46]];
  const cases: readonly (readonly [
    what: string,
    planned: PlannedFile,
    time: Interval,
    boxes: readonly Box[] | undefined,
    groups: readonly number[],
  ])[] = [
    [
      "whose box meets the view",
      file([
        [WEST, hours(0, 24)],
        [EAST, hours(0, 24)],
      ]),
      hours(0, 24),
      view,
      [0],
    ],
    [
      "all of them without a view",
      file([
        [WEST, hours(0, 24)],
        [EAST, hours(0, 24)],
      ]),
      hours(0, 24),
      undefined,
      [0, 1],
    ],
    [
      "that meet either half of a view over the date line",
      file([
        [[170, 0, 180, 1], null],
        [[-180, 0, -170, 1], null],
        [WEST, null],
      ]),
      hours(0, 24),
      [
        [175, 0, 180, 1],
        [-180, 0, -175, 1],
      ],
      [0, 1],
    ],
    [
      "whose times meet the range",
      file([
        [WEST, hours(0, 2)],
        [WEST, hours(2, 4)],
      ]),
      hours(2, 3),
      undefined,
      [1],
    ],
    ["whose times nobody knows", file([[WEST, null]]), hours(2, 3), undefined, [0]],
    [
      "that have a position at all",
      file([
        [null, hours(0, 24)],
        [WEST, hours(0, 24)],
      ]),
      hours(0, 24),
      undefined,
      [1],
    ],
    [
      "but not where another file has what replaced all that is asked for",
      file([[WEST, hours(0, 24)]], [hours(2, 3)]),
      hours(2, 3),
      undefined,
      [],
    ],
    [
      "where another file has what replaced a part",
      file([[WEST, hours(0, 24)]], [hours(2, 3)]),
      hours(2, 4),
      undefined,
      [0],
    ],
  ];
  it.each(cases)("%s", (_, planned, time, boxes, groups) => {
    expect(groupsToRead([planned], time, boxes).map(({ group }) => group)).toEqual(groups);
  });
});

it("names a row group by its file and its place", () => {
  expect(groupsToRead([file([[WEST, null]])], hours(0, 1), undefined).map(nameOf)).toEqual(["day.parquet#0"]);
});

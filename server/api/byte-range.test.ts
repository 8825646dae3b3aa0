import { expect, it } from "vitest";
import { byteRange } from "./byte-range";

it.each([
  [null, 100, undefined],
  ["bytes=0-9", 100, { start: 0, end: 10 }],
  ["bytes=90-", 100, { start: 90, end: 100 }],
  ["bytes=90-200", 100, { start: 90, end: 100 }],
  ["bytes=-10", 100, { start: 90, end: 100 }],
  ["bytes=-500", 100, { start: 0, end: 100 }],
  ["bytes=-0", 100, "unsatisfiable"],
  ["bytes=100-", 100, "unsatisfiable"],
  ["bytes=0-", 0, "unsatisfiable"],
  ["bytes=9-0", 100, undefined],
  ["bytes=-", 100, undefined],
  ["bytes=0-1,5-6", 100, undefined],
  ["rows=0-1", 100, undefined],
])("%s of %i bytes", (header, length, expected) => {
  expect(byteRange(header, length)).toEqual(expected);
});

import { expect, it } from "vitest";
import { DAY, HOUR, MINUTE, parseInstant } from "../../../server/observation/time";
import { axisTitle, ticksOf } from "./axis";

const START = parseInstant("2026-11-24T13:20:00Z") ?? 0;

it.each([
  ["an hour", HOUR, 8, ["13:20", "13:30", "13:40", "13:50", "14:00", "14:10", "14:20"]],
  [
    "a day: midnight says the day",
    DAY,
    8,
    ["15:00", "18:00", "21:00", "25 Nov", "03:00", "06:00", "09:00", "12:00"],
  ],
  ["a week", 7 * DAY, 8, ["25 Nov", "26 Nov", "27 Nov", "28 Nov", "29 Nov", "30 Nov", "1 Dec"]],
  ["a month", 30 * DAY, 8, ["1 Dec", "8 Dec", "15 Dec", "22 Dec"]],
  ["a quarter", 90 * DAY, 8, ["1 Dec", "15 Dec", "2027", "15 Jan", "1 Feb", "15 Feb"]],
  ["a year: January says the year", 366 * DAY, 8, ["2027", "Mar", "May", "Jul", "Sep", "Nov"]],
  ["hardly any room", 366 * DAY, 2, ["2027", "Jul"]],
])("%s", (_, length, room, expected) => {
  expect(ticksOf({ start: START, end: START + length }, room).map(({ text }) => text)).toEqual(expected);
});

it("has major ticks where a larger unit begins", () => {
  const majors = ticksOf({ start: START, end: START + DAY }, 8).filter(({ major }) => major);
  expect(majors.map(({ text }) => text)).toEqual(["25 Nov"]);
});

it.each([
  [30 * MINUTE, "24 Nov 2026, UTC"],
  [30 * DAY, "Nov 2026, UTC"],
  [366 * DAY, "2026, UTC"],
])("says what the ticks do not: %i µs", (length, expected) => {
  expect(axisTitle({ start: START, end: START + length })).toBe(expected);
});

import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE, parseInstant } from "../../../server/observation/time";
import {
  addressOf,
  askedSpan,
  movedBy,
  movedTo,
  spanOf,
  timeOf,
  zoomedBy,
  zoomedRound,
  zoomedTo,
} from "./view";

const at = (text: string) => parseInstant(text) ?? Number.NaN;
const NOW = at("2026-11-24 14:10");
const YEAR = 366 * DAY;
const day = { start: at("2026-11-20"), end: at("2026-11-21") };

describe("the time that an address says", () => {
  it.each([
    ["nothing", {}, { last: 2 * DAY }],
    ["a stretch up to now", { last: "P7D" }, { last: 7 * DAY }],
    ["no duration", { last: "a week" }, { last: 2 * DAY }],
    ["more than a year", { last: "P900D" }, { last: YEAR }],
    ["a span", { from: "2026-11-20T00:00:00Z", to: "2026-11-21T00:00:00Z" }, day],
    ["only a start", { from: "2026-11-20" }, { start: day.start, end: day.start + 2 * DAY }],
    ["only an end", { to: "2026-11-20" }, { start: day.start - 2 * DAY, end: day.start }],
    [
      "a second: the hour around it",
      { from: "2026-11-20T12:00:00Z", to: "2026-11-20T12:00:02Z" },
      { start: at("2026-11-20 11:30:01"), end: at("2026-11-20 12:30:01") },
    ],
    [
      "ten years: the last of them",
      { from: "2016-11-20", to: "2026-11-20" },
      { start: day.start - YEAR, end: day.start },
    ],
    [
      "an end before its start",
      { from: "2026-11-21", to: "2026-11-20" },
      { start: at("2026-11-21"), end: at("2026-11-23") },
    ],
  ])("%s", (_, address, expected) => {
    expect(timeOf(address)).toEqual(expected);
  });

  it.each([[{ last: 7 * DAY }], [{ last: 2 * DAY }], [day]])(
    "is the same after it was written down",
    (time) => {
      expect(timeOf(addressOf(time))).toEqual(time);
    },
  );
});

it("leaves room for the open window at the right of a view up to now", () => {
  const { start, end } = spanOf({ last: 2 * DAY }, NOW);
  expect(end - start).toBe(2 * DAY);
  expect(end - NOW).toBeGreaterThan(HOUR);
});

describe("zoom", () => {
  it("goes from a year to an hour in steps and back, and no further", () => {
    const lengths: number[] = [];
    let time = timeOf({ last: "P366D" });
    for (let steps = 0; steps < 20; steps += 1) {
      lengths.push("last" in time ? time.last : 0);
      time = zoomedBy(time, 1, undefined, NOW);
    }
    expect(lengths[0]).toBe(YEAR);
    expect(lengths.at(-1)).toBe(HOUR);
    for (let steps = 0; steps < 20; steps += 1) time = zoomedBy(time, -1, undefined, NOW);
    expect(time).toEqual({ last: YEAR });
  });

  it("keeps the instant under the pointer where it is", () => {
    const pivot = day.start + 6 * HOUR;
    const closer = zoomedTo(day, 12 * HOUR, pivot, NOW);
    expect(closer).toEqual({ start: day.start + 3 * HOUR, end: day.start + 15 * HOUR });
    expect(zoomedTo(closer, DAY, pivot, NOW)).toEqual(day);
  });

  it("of a view up to now stays up to now, unless the pointer holds an instant", () => {
    expect(zoomedBy({ last: DAY }, 1, undefined, NOW)).toEqual({ last: 12 * HOUR });
    expect(zoomedTo({ last: DAY }, HOUR, NOW - HOUR, NOW)).toHaveProperty("start");
    expect(zoomedRound({ last: DAY }, HOUR, NOW - 30 * MINUTE, NOW)).toEqual({ last: HOUR });
    expect(spanOf(zoomedRound({ last: DAY }, HOUR, NOW - 3 * HOUR, NOW), NOW).end).toBeLessThan(NOW);
  });
});

it("moves, but not into a future where nothing can be", () => {
  expect(movedBy(day, -DAY, NOW)).toEqual({ start: day.start - DAY, end: day.start });
  const far = movedBy(day, 100 * DAY, NOW);
  expect(spanOf(far, NOW).start).toBeLessThan(NOW + DAY);
  expect(movedBy({ start: 0, end: DAY }, -DAY, NOW)).toEqual({ start: 0, end: DAY });
});

it("moves to what is out of sight, and not to what is in it", () => {
  expect(movedTo(day, { start: day.start, end: day.start + HOUR }, NOW)).toBe(day);
  expect(movedTo(day, { start: day.start - DAY, end: day.end + DAY }, NOW)).toBe(day);
  const cell = { start: day.end + HOUR, end: day.end + 2 * HOUR };
  const { start, end } = spanOf(movedTo(day, cell, NOW), NOW);
  expect([start < cell.start, end > cell.end, end - start]).toEqual([true, true, DAY]);
});

it("asks for a little more than is shown, and for the same after a small move", () => {
  for (const length of [HOUR, DAY, 30 * DAY, YEAR]) {
    const shown = { start: day.start + 17 * HOUR, end: day.start + 17 * HOUR + length };
    const asked = askedSpan(shown);
    expect(asked.start).toBeLessThanOrEqual(shown.start);
    expect(asked.end).toBeGreaterThanOrEqual(shown.end);
    expect(asked.end - asked.start).toBeLessThanOrEqual(length * 1.6);
  }
  expect(askedSpan({ start: day.start + HOUR, end: day.end + HOUR })).toEqual(
    askedSpan({ start: day.start + 2 * HOUR, end: day.end + 2 * HOUR }),
  );
});

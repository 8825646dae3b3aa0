import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  countsInMonths,
  DAY,
  formatDuration,
  formatInstant,
  HOUR,
  MINUTE,
  parseDuration,
  parseInstant,
  SECOND,
} from "./time";

describe("instants", () => {
  it.each([
    ["2024-01-01T12:00:00Z", "2024-01-01T12:00:00Z"],
    ["2024-01-01 12:00:00+00:00", "2024-01-01T12:00:00Z"],
    ["2024-01-01T12:00:00", "2024-01-01T12:00:00Z"],
    ["2024-01-01", "2024-01-01T00:00:00Z"],
    ["2024-01-01T12:00", "2024-01-01T12:00:00Z"],
    ["2015-10-02T03:43:12.123456+00:00", "2015-10-02T03:43:12.123456Z"],
    ["2024-01-01T12:00:00.1234567Z", "2024-01-01T12:00:00.123456Z"],
    ["2022-09-14T09:14:17+0200", "2022-09-14T07:14:17Z"],
    ["1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"],
  ])("%s is %s", (text, wanted) => expect(formatInstant(parseInstant(text) ?? Number.NaN)).toBe(wanted));

  it.each([
    "",
    "yesterday",
    "0001-01-01",
    "0099-12-31T00:00:00Z",
    "2024-02-30",
    "2023-02-29T00:00:00Z",
    "2024-01-01T24:00:00Z",
    "2024-01-01T12:60:00Z",
    "Mrz 81",
    "2024-1-1",
  ])("%j is none", (text) => expect(parseInstant(text)).toBeUndefined());

  it("come back exactly, to the microsecond", () => {
    const year2200 = parseInstant("2200-01-01") ?? 0;
    fc.assert(
      fc.property(fc.integer({ min: -HOUR * 1000, max: year2200 }), (instant) => {
        expect(parseInstant(formatInstant(instant))).toBe(instant);
      }),
    );
  });
});

describe("durations", () => {
  it.each([
    ["PT1H", HOUR, "PT1H"],
    ["PT05M", 5 * MINUTE, "PT5M"],
    ["P1D", DAY, "P1D"],
    ["P1W", 7 * DAY, "P7D"],
    ["PT36H", 36 * HOUR, "P1DT12H"],
    ["PT160S", 160 * SECOND, "PT2M40S"],
    ["PT0S", 0, "PT0S"],
    ["PT0.5S", SECOND / 2, "PT0.5S"],
    ["-PT10M", -10 * MINUTE, "-PT10M"],
  ])("%s is %d µs, written %s", (text, micros, written) => {
    expect(parseDuration(text)).toBe(micros);
    expect(formatDuration(micros)).toBe(written);
  });

  it.each(["", "P", "PT", "1H", "P1H", "PT1D", "one hour", "P1DT"])("%j is none", (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );

  it("come back exactly", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 * DAY }), (span) => {
        expect(parseDuration(formatDuration(span))).toBe(span);
      }),
    );
  });
});

describe("durations of no fixed length", () => {
  it.each(["P1M", "P1Y", "p2m", "-P1Y", "P1Y2M", "P1M2DT3H", "P0M"])("%s counts in months", (text) =>
    expect(countsInMonths(text)).toBe(true),
  );
  it.each(["PT1M", "P1D", "P2W", "P30DT5M", "a month", "P1M garbage"])("%s does not", (text) =>
    expect(countsInMonths(text)).toBe(false),
  );
});

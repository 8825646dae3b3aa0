import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE, parseInstant, SECOND } from "../../server/observation/time";
import {
  bytesText,
  countText,
  durationText,
  instantText,
  middleText,
  percentText,
  plural,
  relativeText,
  spanText,
} from "./format";

const at = (text: string) => parseInstant(text) ?? Number.NaN;

describe("times", () => {
  it.each([
    ["2026-11-24T14:00:00Z", "2026-11-24 14:00 UTC"],
    ["2026-11-24T14:00:07.9Z", "2026-11-24 14:00:07 UTC"],
    ["1969-12-31T23:59:59.5Z", "1969-12-31 23:59:59 UTC"],
  ])("%s", (text, expected) => expect(instantText(at(text))).toBe(expected));

  it.each([
    ["2026-11-24T14:00Z", "2026-11-24T15:00Z", "2026-11-24 14:00 to 15:00 UTC"],
    ["2026-11-24T00:00Z", "2026-11-25T00:00Z", "2026-11-24 00:00 to 2026-11-25 00:00 UTC"],
  ])("%s to %s", (start, end, expected) => expect(spanText(at(start), at(end))).toBe(expected));

  it.each([
    [0, "0 s"],
    [350_999, "350 ms"],
    [12 * SECOND, "12 s"],
    [HOUR + 5 * MINUTE, "1 h 5 min"],
    [HOUR + 5 * SECOND, "1 h"],
    [2 * DAY + 3 * HOUR + 4 * MINUTE, "2 d 3 h"],
    [1234 * DAY, "1\u202f234 d"],
  ])("%i µs", (duration, expected) => expect(durationText(duration)).toBe(expected));

  it.each([
    [-2 * SECOND, "now"],
    [-(3 * MINUTE + 20 * SECOND), "3 min ago"],
    [2 * HOUR, "in 2 h"],
  ])("%i µs from now", (distance, expected) => expect(relativeText(distance, 0)).toBe(expected));
});

describe("numbers", () => {
  it("groups by thin spaces", () => {
    expect(countText(999)).toBe("999");
    expect(countText(1234567)).toBe("1\u202f234\u202f567");
    expect(plural(1, "row")).toBe("1 row");
    expect(plural(0, "delivery", "deliveries")).toBe("0 deliveries");
  });

  it.each([
    [999, "999 B"],
    [1000, "1.00 kB"],
    [48_213, "48.2 kB"],
    [1_500_000_000, "1.50 GB"],
  ])("%i bytes", (bytes, expected) => expect(bytesText(bytes)).toBe(expected));

  it.each([
    [0, "0 %"],
    [0.001, "<1 %"],
    [0.999, "99 %"],
    [1, "100 %"],
  ])("share %d", (share, expected) => expect(percentText(share)).toBe(expected));

  it("shortens in the middle", () => {
    expect(middleText("0123456789abcdef", 9)).toBe("0123…cdef");
    expect(middleText("short", 9)).toBe("short");
  });
});

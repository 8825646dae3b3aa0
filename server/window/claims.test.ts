import { describe, expect, it } from "vitest";
import { HOUR, MINUTE } from "../observation/time";
import { acceptSpan } from "./align";
import { cutClaim } from "./claims";

const hourly = [{ from: 0, ...acceptSpan("PT1H") }];
const w = (hour: number) => ({ start: hour * HOUR, end: (hour + 1) * HOUR });

describe("cutClaim", () => {
  it.each([
    ["one window", 10 * HOUR, 11 * HOUR, [{ window: w(10), claim: w(10) }]],
    [
      "two windows in part",
      10 * HOUR + 30 * MINUTE,
      11 * HOUR + 30 * MINUTE,
      [
        { window: w(10), claim: { start: 10 * HOUR + 30 * MINUTE, end: 11 * HOUR } },
        { window: w(11), claim: { start: 11 * HOUR, end: 11 * HOUR + 30 * MINUTE } },
      ],
    ],
    ["of zero length", 10 * HOUR + 1, 10 * HOUR + 1, []],
    ["of zero length on a boundary", 10 * HOUR, 10 * HOUR, []],
    ["backwards", 11 * HOUR, 10 * HOUR, []],
  ])("%s", (_name, start, end, parts) => expect(cutClaim(hourly, start, end)).toEqual(parts));

  it("refuses a claim over more than 10,000 windows", () =>
    expect(() => cutClaim(hourly, 0, 10_001 * HOUR)).toThrow(/10001 windows/));
});

import { describe, expect, it } from "vitest";
import { afterDeath } from "./child";

/** The pauses of a child that dies each time after it has run so long. */
function pauses(times: number, ranForMs: number | undefined): number[] {
  let deaths = 0;
  return Array.from({ length: times }, () => {
    const next = afterDeath(deaths, ranForMs);
    deaths = next.deaths;
    return next.delayMs;
  });
}

describe("a child that dies again and again is started", () => {
  it("after pauses that double up to 30 s where it never came up", () => {
    expect(pauses(9, undefined)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it("after 4 s at most where it came up", () => {
    expect(pauses(6, 1_000)).toEqual([500, 1000, 2000, 4000, 4000, 4000]);
  });

  it("after the shortest pause where it had run for more than 10 s", () => {
    expect(pauses(3, 10_001)).toEqual([500, 500, 500]);
    expect(afterDeath(8, 10_001)).toEqual({ deaths: 1, delayMs: 500 });
  });

  it("soon after it came up once, whatever was before", () => {
    expect(afterDeath(8, 10).delayMs).toBe(4_000);
  });
});

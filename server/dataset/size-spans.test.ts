import { describe, expect, it } from "vitest";
import { DAY, formatInstant, parseInstant } from "../observation/time";
import { sizeSpans } from "./size-spans";

const at = (text: string) => parseInstant(text) ?? Number.NaN;

describe("the spans of a chart of sizes", () => {
  it.each([
    ["day", "2026-03-01T00:00:00Z", "2026-01-29T00:00:00Z", "2026-03-01T00:00:00Z"],
    ["day", "2026-03-01T00:00:01Z", "2026-01-30T00:00:00Z", "2026-03-02T00:00:00Z"],
    ["month", "2026-01-01T00:00:00Z", "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"],
    ["month", "2026-02-28T12:00:00Z", "2025-03-01T00:00:00Z", "2026-03-01T00:00:00Z"],
  ] as const)("by %s until %s: from %s to %s", (unit, until, first, last) => {
    const spans = sizeSpans(unit, at(until));
    expect(formatInstant(spans[0]?.start ?? 0)).toBe(first);
    expect(formatInstant(spans.at(-1)?.end ?? 0)).toBe(last);
    for (const [place, span] of spans.entries()) expect(spans[place + 1]?.start ?? span.end).toBe(span.end);
  });

  it("a February of a leap year has 29 days", () => {
    const february = sizeSpans("month", at("2024-03-01T00:00:00Z")).at(-1);
    expect(((february?.end ?? 0) - (february?.start ?? 0)) / DAY).toBe(29);
  });
});

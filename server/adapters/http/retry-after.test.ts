import { describe, expect, it } from "vitest";
import { parseInstant } from "../../observation/time";
import { retryAfterMs } from "./retry-after";

describe("Retry-After (RFC 9110 10.2.3)", () => {
  const now = parseInstant("2026-01-02T03:04:05.5Z") ?? 0;
  it.each([
    [null, undefined],
    ["", undefined],
    ["soon", undefined],
    ["0", 0],
    [" 120 ", 120_000],
    ["Fri, 02 Jan 2026 03:05:05 GMT", 59_500],
    ["Fri, 02 Jan 2026 03:00:00 GMT", 0],
  ])("%s", (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});

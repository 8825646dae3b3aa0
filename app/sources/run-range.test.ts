import { describe, expect, it } from "vitest";
import { parseInstant } from "../../server/observation/time";
import { readRange, usualRanges } from "./run-range";

const at = (text: string) => parseInstant(text) ?? Number.NaN;

describe("readRange", () => {
  it.each(["2026-11-24 14:00", "2026-11-24T14:00Z", "2026-11-24 14:00 UTC", " 2026-11-24 14:00:00 "])(
    "reads %j",
    (from) => {
      const end = at("2026-11-25T00:00Z");
      expect(readRange(from, "2026-11-25")).toEqual({ ok: true, start: at("2026-11-24T14:00Z"), end });
    },
  );

  it.each([
    ["", "2026-11-24", { start: "write it as 2026-11-24 14:00" }],
    ["2026-02-31", "2026-13-01", { start: expect.any(String), end: expect.any(String) }],
    ["2026-11-24", "2026-11-24", { end: "the end is not after the start" }],
    ["2026-01-01", "2026-03-01", { end: "a run covers at most 31 days" }],
  ])("refuses %j to %j", (from, to, wrong) => {
    expect(readRange(from, to)).toEqual({ ok: false, ...wrong });
  });
});

it("offers ranges that it can read, days first where a source gives days", () => {
  const now = at("2026-11-24T14:35Z");
  expect(usualRanges(now, false)[0]).toEqual({
    name: "Last whole hour",
    from: "2026-11-24 13:00",
    to: "2026-11-24 14:00",
  });
  expect(usualRanges(now, true)[0]).toEqual({
    name: "Yesterday",
    from: "2026-11-23 00:00",
    to: "2026-11-24 00:00",
  });
  for (const daily of [true, false])
    for (const { from, to } of usualRanges(now, daily)) expect(readRange(from, to).ok).toBe(true);
});

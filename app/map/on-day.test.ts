import { expect, it } from "vitest";
import { parseInstant } from "../../server/observation/time";
import { onDay } from "./on-day";

it("goes to the same time of another day, and without a day to the latest", () => {
  expect(onDay("2026-11-24", parseInstant("2026-11-20T14:00Z"))).toBe(parseInstant("2026-11-24T14:00Z"));
  expect(onDay("2026-11-24", undefined)).toBe(parseInstant("2026-11-24T00:00Z"));
  expect(onDay("", parseInstant("2026-11-20T14:00Z"))).toBeUndefined();
});

import { expect, it } from "vitest";
import { DAY, parseInstant } from "../../server/observation/time";
import { dayOf, rangeOfDay, readTyped, typedText } from "./typed-time";

const at = (text: string) => parseInstant(text) ?? Number.NaN;

it.each(["2026-11-24 14:00", "2026-11-24T14:00Z", "2026-11-24 14:00 UTC", " 2026-11-24 14:00:00 utc"])(
  "reads %j",
  (text) => expect(readTyped(text)).toBe(at("2026-11-24T14:00Z")),
);

it.each(["2026-11-24 14:00", "2026-11-24 14:00:07", "2026-11-24 00:00"])("writes what it reads: %s", (text) =>
  expect(typedText(at(text))).toBe(text),
);

it("knows a day, and what is none", () => {
  const start = at("2026-11-24");
  expect(dayOf(start, start + DAY)).toBe("2026-11-24");
  expect(rangeOfDay("2026-11-24")).toEqual({ start, end: start + DAY });
  expect(dayOf(start, start + DAY - 1)).toBe("");
  expect(dayOf(start + 1, start + 1 + DAY)).toBe("");
  expect(dayOf(undefined, start)).toBe("");
  for (const text of ["", "2026-02-31", "2026-11-24 14:00"]) expect(rangeOfDay(text)).toBeUndefined();
});

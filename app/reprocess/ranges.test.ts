import { expect, it } from "vitest";
import { parseInstant } from "../../server/observation/time";
import { rangesText, readRanges, reprocessHref } from "./ranges";

const at = (text: string) => parseInstant(text) ?? 0;
const RANGES = [
  { dataset: "ioncannon", start: at("2026-03-01T00:00:00Z"), end: at("2026-03-02T00:00:00Z") },
  { dataset: "odd,name; %", start: at("2026-03-01T00:00:30Z"), end: at("2026-03-01T01:00:00Z") },
];

it("ranges go through an address and back, whatever the names of their datasets", () => {
  expect(readRanges(rangesText(RANGES))).toEqual(RANGES);
  const { searchParams } = new URL(reprocessHref(RANGES), "http://localhost");
  expect(readRanges(searchParams.get("in") ?? "")).toEqual(RANGES);
});

it.each([
  "",
  "ioncannon",
  "ioncannon,2026-03-01T00:00:00Z",
  "ioncannon,2026-03-02T00:00:00Z,2026-03-01T00:00:00Z",
  ",,",
])("nothing is read of %j", (text) => expect(readRanges(text)).toEqual([]));

it("a percent sign that encodes nothing is itself", () => {
  expect(readRanges("a%zz,2026-03-01T00:00:00Z,2026-03-02T00:00:00Z")[0]?.dataset).toBe("a%zz");
});

import { expect, it } from "vitest";
import { NotFound } from "../errors";
import { DAY, HOUR, parseInstant } from "../observation/time";
import type { SpanRule } from "./model";
import { plannedWindow } from "./planned-window";

const at = (text: string) => parseInstant(text) ?? Number.NaN;
const change = at("2024-01-02T00:00:00Z");
const rules: readonly SpanRule[] = [
  { from: 0, span: HOUR, declared: "PT1H" },
  { from: change, span: 6 * HOUR, declared: "PT6H" },
];
const now = at("2024-01-03T13:00:00Z");
const planned = (start: string) => plannedWindow("d", at(start), rules, now);

it("is the window of the dataset's span at that time", () => {
  const start = at("2024-01-01T03:00:00Z");
  expect(planned("2024-01-01T03:00:00Z")).toEqual({ dataset: "d", start, end: start + HOUR });
  expect(planned("2024-01-03T12:00:00Z")).toMatchObject({ end: change + DAY + 18 * HOUR });
});

it.each([
  ["2024-01-01T03:30:00Z", /starts at 2024-01-01T03:30:00Z; the one that .* starts at 2024-01-01T03:00:00Z/],
  ["2024-01-02T03:00:00Z", /starts at 2024-01-02T00:00:00Z/],
  ["2024-01-03T18:00:00Z", /has not begun/],
])("is none at %s", (start, sentence) => {
  expect(() => planned(start)).toThrow(sentence);
  expect(() => planned(start)).toThrow(NotFound);
});

it.each([
  ["2024-01-01T03:30:00Z", "2024-01-01T03:00:00Z"],
  ["2024-01-02T03:00:00Z", "2024-01-02T00:00:00Z"],
  ["2024-01-03T19:00:00Z", undefined],
])("of %s the window of %s is told, where that has begun", (start, instead) => {
  expect(() => planned(start)).toThrow(
    expect.objectContaining({ instead: instead === undefined ? undefined : at(instead) }),
  );
});

import { describe, expect, it } from "vitest";
import { DAY, HOUR, parseInstant } from "../observation/time";
import { neighbours, ofOneDay } from "./collect-again";

const START = parseInstant("2026-03-01T00:00:00Z") ?? 0;
const hour = (dataset: string, n: number) => ({
  dataset,
  start: START + n * HOUR,
  end: START + (n + 1) * HOUR,
});
const of = (dataset: string, ...hours: readonly number[]) => hours.map((n) => hour(dataset, n));

describe("windows that are collected in one run", () => {
  it.each([
    ["none of none", [], 0],
    ["a day, forwards", of("a", 0, 1, 2), 3],
    ["a day, backwards", of("a", 2, 1, 0), 3],
    ["up to a gap", of("a", 0, 1, 3, 4), 2],
    ["up to the end of the day", of("a", 22, 23, 24), 2],
    ["of one dataset", [...of("a", 0, 1), ...of("b", 2, 3)], 2],
    ["of one dataset, which begins where the other ended", [...of("a", 23), ...of("b", 23)], 1],
  ] as const)("%s", (_, steps, expected) => {
    expect(neighbours(steps)).toEqual(steps.slice(0, expected));
  });

  it("are of the day in which the first begins", () => {
    const last = { dataset: "a", start: START + DAY - HOUR, end: START + DAY + HOUR };
    expect(neighbours([last, hour("a", 25)])).toEqual([last]);
  });
});

describe("windows of a source that answers in whole days", () => {
  it.each([
    ["those of a day, with gaps", of("a", 0, 1, 7, 20), 4],
    ["up to the end of the day, backwards", of("a", 30, 25, 23), 2],
    ["of one dataset", [...of("a", 0, 5), ...of("b", 6)], 2],
  ] as const)("are collected in one run: %s", (_, steps, expected) => {
    expect(ofOneDay(steps)).toEqual(steps.slice(0, expected));
  });
});

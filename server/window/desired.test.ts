import { describe, expect, it } from "vitest";
import { DAY, HOUR } from "../observation/time";
import { desiredHash } from "./desired";
import type { Exclusion } from "./model";

const window = { start: 10 * HOUR, end: 11 * HOUR };
const touch = (deliveryKey: string, generation = "g0", rows = 1) => ({ deliveryKey, generation, rows });
const exclusion = (change: Partial<Exclusion> = {}): Exclusion => ({
  id: "x",
  station: "S1",
  variable: undefined,
  box: undefined,
  time: { start: 0, end: DAY },
  reason: "broken shield",
  ...change,
});
const a = [touch("a"), touch("b")];

describe("desiredHash", () => {
  it.each([
    ["the order of arrival", [touch("b"), touch("a")], [], a, []],
    ["the number of rows", [touch("a", "g0", 7), touch("b")], [], a, []],
    ["a delivery whose rows are all gone", [touch("c", "g0", 0), ...a], [], a, []],
    ["an exclusion of another time", a, [exclusion({ time: { start: 11 * HOUR, end: DAY } })], a, []],
    ["the words of a reason", a, [exclusion()], a, [exclusion({ id: "y", reason: "another" })]],
    [
      "an edit of an exclusion outside the window",
      a,
      [exclusion()],
      a,
      [exclusion({ time: { start: 0, end: 11 * HOUR } })],
    ],
    ["an exclusion where nothing touches", [], [exclusion()], [], []],
    [
      "the order of exclusions",
      a,
      [exclusion(), exclusion({ id: "y", station: "S2" })],
      a,
      [exclusion({ id: "y", station: "S2" }), exclusion()],
    ],
  ])("is blind to %s", (_name, left, leftExcluded, right, rightExcluded) =>
    expect(desiredHash(window, left, leftExcluded)).toBe(desiredHash(window, right, rightExcluded)),
  );

  it.each([
    ["another delivery", [...a, touch("c")], []],
    ["a delivery less", [touch("a")], []],
    ["another generation", [touch("a", "g1"), touch("b")], []],
    ["an exclusion that overlaps", a, [exclusion()]],
    ["nothing at all", [], []],
  ])("sees %s", (_name, touches, exclusions) =>
    expect(desiredHash(window, touches, exclusions)).not.toBe(desiredHash(window, a, [])),
  );

  it.each([
    { station: "S2" },
    { variable: "air_temperature" },
    { box: [0, 0, 1, 1] as const },
    { time: { start: 0, end: 10 * HOUR + 1 } },
  ])("sees an edit of %o", (change) =>
    expect(desiredHash(window, a, [exclusion(change)])).not.toBe(desiredHash(window, a, [exclusion()])),
  );

  it("is 64 hex digits", () => expect(desiredHash(window, a, [])).toMatch(/^[0-9a-f]{64}$/));
});

import { describe, expect, it } from "vitest";
import { readDuration, typedDuration } from "./typed-duration";

describe("a duration as people type it", () => {
  it.each([
    ["1 h", "PT1H"],
    ["90 min", "PT1H30M"],
    ["1h30min", "PT1H30M"],
    [" 2 days ", "P2D"],
    ["1 d 6 h", "P1DT6H"],
    ["45 s", "PT45S"],
    ["0 min", "PT0S"],
    ["PT6H", "PT6H"],
    ["p1m", "P1M"],
  ])("%j is %s", (text, iso) => expect(readDuration(text)).toBe(iso));

  it.each([[""], ["1"], ["1 week"], ["h 1"], ["1.5 h"], ["-1 h"], ["1 h and more"]])("%j is none", (text) =>
    expect(readDuration(text)).toBeUndefined(),
  );

  it.each([
    ["PT1H", "1 h"],
    ["P1DT6H30M5S", "1 d 6 h 30 min 5 s"],
    ["PT0S", "0 min"],
    ["P366D", "366 d"],
    ["nothing", "nothing"],
  ])("%s is shown as %j", (iso, text) => expect(typedDuration(iso)).toBe(text));

  it("is read as it is shown", () => {
    for (const iso of ["PT0S", "PT1M", "PT59M59S", "P1D", "P1DT1S"])
      expect(readDuration(typedDuration(iso))).toBe(iso);
  });
});

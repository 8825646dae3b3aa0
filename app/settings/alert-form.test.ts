import { describe, expect, it } from "vitest";
import { STANDARD_SETTINGS } from "../../server/alert/model";
import { DAY, HOUR, MINUTE, SECOND } from "../../server/observation/time";
import { alertDifferences, asTyped, countProblem, limitProblem, onTop, settingsOf } from "./alert-form";

const shown = {
  version: 1,
  settings: {
    ...STANDARD_SETTINGS,
    silentAfter: { a: 366 * DAY, b: "off" as const, c: DAY + 30 * MINUTE + SECOND },
    lateAfter: 1_500_000,
    lateAfterOf: { d: 90 * MINUTE },
  },
  sources: ["a", "b", "c", "e"].map((name) => ({ name, enabled: true, usual: HOUR })),
  datasets: ["d", "f"],
};

describe("the form of alerts", () => {
  it("saves what it shows: a limit loses nothing on the way", () => {
    expect(settingsOf(asTyped(shown))).toEqual(shown.settings);
  });

  it("takes an emptied limit for the usual one", () => {
    const form = asTyped(shown);
    const emptied = { ...form, silentAfter: { ...form.silentAfter, a: " ", b: "" } };
    expect(settingsOf(emptied)?.silentAfter).toEqual({ c: DAY + 30 * MINUTE + SECOND });
  });

  it.each([
    ["2 h", true, undefined],
    ["OFF", true, undefined],
    ["", true, undefined],
    ["", false, /write it as/],
    ["off", false, /write it as/],
    ["soon", true, /or off/],
    ["0 s", true, /at least 1 s/],
  ])("of a limit %j", (text, mayBeNone, problem) => {
    const found = limitProblem(text, mayBeNone);
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(problem);
    const wrong = settingsOf({ ...asTyped(shown), lateAfter: text }) === undefined;
    if (!mayBeNone) expect(wrong).toBe(problem !== undefined);
  });

  it.each(["0", "-1", "1.5", "many", "", "1000"])("refuses %j as a number of failures", (text) => {
    expect(countProblem(text)).toBeDefined();
    expect(settingsOf({ ...asTyped(shown), failuresInRow: text })).toBeUndefined();
  });
});

describe("settings of alerts that somebody else saved meanwhile", () => {
  const theirs = {
    ...shown,
    version: 2,
    settings: {
      ...shown.settings,
      late: !shown.settings.late,
      failuresInRow: 77,
      silentAfter: { a: 2 * HOUR, b: "off" as const },
    },
  };

  it("are named with both values; an empty limit is the usual one", () => {
    expect(alertDifferences(shown, theirs)).toEqual([
      "alerts of late windows: on, now off",
      `too many from: ${shown.settings.failuresInRow}, now 77`,
      "a silent after: 366 d, now 2 h",
      "c silent after: 1 d 30 min 1 s, now as usual",
    ]);
    expect(alertDifferences(shown, shown)).toEqual([]);
  });

  it("have what was typed put on them, and nothing else", () => {
    const typed = asTyped(shown);
    const mine = { ...typed, failuresInRow: "9", silentAfter: { ...typed.silentAfter, b: "3 h" } };
    expect(onTop(mine, shown, theirs)).toEqual({
      ...asTyped(theirs),
      failuresInRow: "9",
      silentAfter: { ...asTyped(theirs).silentAfter, b: "3 h" },
    });
  });
});

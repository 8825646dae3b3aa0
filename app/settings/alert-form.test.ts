import { describe, expect, it } from "vitest";
import { STANDARD_SETTINGS } from "../../server/alert/model";
import { DAY, HOUR, MINUTE, SECOND } from "../../server/observation/time";
import { asTyped, countProblem, limitProblem, settingsOf } from "./alert-form";

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

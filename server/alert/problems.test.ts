import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE, parseInstant } from "../observation/time";
import type { AlertFacts } from "../ports/alerts";
import { type AlertSettings, STANDARD_SETTINGS, usualSilence } from "./model";
import { judge, keyOf } from "./problems";

const NOW = parseInstant("2026-11-27T12:00:00Z") ?? 0;

type Source = AlertFacts["sources"][number];
const source = (change: Partial<Source> = {}): Source => ({
  name: "a",
  enabled: true,
  schedules: [{ interval: 10 * MINUTE, lag: 0, since: 0 }],
  heard: NOW - 5 * MINUTE,
  watchedSince: NOW - 30 * DAY,
  runs: [],
  newestError: undefined,
  ...change,
});

const every = (interval: number, lag: number, since = 0) => ({ interval, lag, since });

const keys = (facts: Partial<AlertFacts>, settings: Partial<AlertSettings> = {}) =>
  judge(
    { now: NOW, sources: [], removedSources: [], datasets: [], projections: [], ...facts },
    { ...STANDARD_SETTINGS, ...settings },
  ).problems.map(keyOf);

describe("a silent source", () => {
  it.each<[string, Partial<Source>, Partial<AlertSettings>, boolean]>([
    ["has just been heard", {}, {}, false],
    ["was heard within what is usual", { heard: NOW - 35 * MINUTE }, {}, false],
    ["was heard before what is usual", { heard: NOW - 36 * MINUTE }, {}, true],
    ["is off", { heard: NOW - DAY, enabled: false }, {}, false],
    ["has no schedule", { heard: NOW - DAY, schedules: [] }, {}, false],
    ["has no schedule, but a limit", { heard: NOW - DAY, schedules: [] }, { silentAfter: { a: HOUR } }, true],
    ["may be silent for longer", { heard: NOW - HOUR }, { silentAfter: { a: 2 * HOUR } }, false],
    ["is not watched", { heard: NOW - DAY }, { silentAfter: { a: "off" } }, false],
    ["nobody is watched", { heard: NOW - DAY }, { silence: false }, false],
    ["was never heard, and turned on just now", { heard: undefined, watchedSince: NOW - MINUTE }, {}, false],
    ["was never heard", { heard: undefined }, {}, true],
    ["was turned on again just now", { heard: NOW - DAY, watchedSince: NOW - MINUTE }, {}, false],
    [
      "is asked for the day before yesterday",
      { schedules: [{ interval: DAY, lag: DAY, since: 0 }], heard: NOW - 3 * DAY },
      {},
      false,
    ],
    [
      "is asked for the last minutes two hours late, and for each day at once",
      { schedules: [every(10 * MINUTE, 2 * HOUR), every(DAY, 0)], heard: NOW - 150 * MINUTE },
      {},
      false,
    ],
    [
      "was heard before what is usual for the schedule that is heard of first",
      { schedules: [every(10 * MINUTE, 2 * HOUR), every(DAY, 0)], heard: NOW - 156 * MINUTE },
      {},
      true,
    ],
    [
      "has a new schedule that is more frequent",
      { schedules: [every(DAY, 0), every(10 * MINUTE, 0, NOW - 35 * MINUTE)], heard: NOW - DAY },
      {},
      false,
    ],
    [
      "has a new schedule that brought nothing for long enough",
      { schedules: [every(DAY, 0), every(10 * MINUTE, 0, NOW - 36 * MINUTE)], heard: NOW - DAY },
      {},
      true,
    ],
    [
      "has a limit, and a schedule that was just turned on",
      { schedules: [every(10 * MINUTE, 0, NOW - MINUTE)], heard: NOW - DAY },
      { silentAfter: { a: HOUR } },
      false,
    ],
    ["its clock is ahead of ours", { heard: NOW + HOUR }, {}, false],
  ])("%s", (_what, change, settings, silent) => {
    expect(keys({ sources: [source(change)] }, settings)).toEqual(silent ? ["silence a"] : []);
  });

  it("says since when, and what its newest run says", () => {
    const facts = { now: NOW, removedSources: [], datasets: [], projections: [] };
    const silent = source({ heard: NOW - 3 * HOUR, newestError: "it answered 500" });
    const [problem] = judge({ ...facts, sources: [silent] }, STANDARD_SETTINGS).problems;
    expect(problem?.sentence).toBe(
      "a has brought no observation of later than 2026-11-27 09:00 UTC: silent for longer than 35 min. Its newest run says: it answered 500",
    );
    expect(problem).toMatchObject({
      since: NOW - 3 * HOUR,
      href: "/sources/a",
      after: usualSilence(silent.schedules),
    });
  });

  it("says what to do about the check that its newest run failed at", () => {
    const failed = {
      state: "failed",
      attempts: 5,
      error: "it answered 401",
      failedCheck: "authentication",
    } as const;
    const silent = source({ heard: NOW - 3 * HOUR, newestError: failed.error, runs: [failed] });
    const facts = { now: NOW, removedSources: [], datasets: [], projections: [] };
    const { problems } = judge({ ...facts, sources: [silent] }, { ...STANDARD_SETTINGS, failuresInRow: 5 });
    const says = /newest.* says: it answered 401; enter its user name, password or key anew$/;
    expect(problems.map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(says),
      expect.stringMatching(says),
    ]);
  });
});

describe("failures in a row", () => {
  const run = (state: Source["runs"][number]["state"], attempts = 1) => ({ state, attempts, error: state });
  it.each<[string, Source["runs"], boolean]>([
    ["none", [], false],
    ["as many runs as are too many", [run("failed"), run("refused"), run("failed")], true],
    ["one too few", [run("failed"), run("failed"), run("done"), run("failed")], false],
    ["one run that was tried that often", [run("failed", 3), run("done")], true],
    ["one that is tried again now", [run("running", 4), run("done")], true],
    ["the one that runs now has not failed", [run("running", 1), run("failed", 2), run("done")], false],
    ["what waits counts as nothing", [run("queued", 0), run("failed", 3)], true],
    ["the last one went well", [run("done"), run("failed", 9)], false],
  ])("of runs: %s", (_what, runs, alert) => {
    const found = keys({ sources: [source({ runs })] }, { failuresInRow: 3 });
    expect(found).toEqual(alert ? ["runs a"] : []);
  });

  it("are not watched of a source that is off", () => {
    const off = source({ runs: [run("failed", 9)], enabled: false });
    const { problems, watched } = judge(
      { now: NOW, sources: [off], removedSources: [], datasets: [], projections: [] },
      STANDARD_SETTINGS,
    );
    expect(problems).toEqual([]);
    expect([...watched]).toEqual([]);
  });

  it("end with the word that their source was removed", () => {
    const { watched, endings } = judge(
      { now: NOW, sources: [], removedSources: ["a"], datasets: [], projections: [] },
      STANDARD_SETTINGS,
    );
    expect([...watched]).toEqual([]);
    expect(endings.get("runs a")).toBe("The source was removed.");
    expect(endings.get("silence a")).toBe("The source was removed.");
  });

  it("of builds and projections, by dataset and projection", () => {
    const failing = { start: NOW - HOUR, attempts: 5, error: "why" };
    const facts: Partial<AlertFacts> = {
      datasets: [
        { name: "d", late: undefined, aged: false, failing },
        { name: "e", late: undefined, aged: false, failing: { ...failing, attempts: 4 } },
      ],
      projections: [{ name: "p", failing: { ...failing, dataset: "d" } }],
    };
    expect(keys(facts)).toEqual(["builds d", "projections p"]);
    expect(keys(facts, { failures: false })).toEqual([]);
  });
});

describe("late windows", () => {
  const late = {
    count: 3,
    waiting: 0,
    start: NOW - 5 * HOUR,
    reason: "no delivery for 07:20 to 07:40",
    since: NOW - 4 * HOUR,
  };
  const datasets = [{ name: "d", late, aged: false, failing: undefined }];

  it("are one problem of their dataset, which names the oldest", () => {
    const [problem] = judge(
      { now: NOW, sources: [], removedSources: [], datasets, projections: [] },
      STANDARD_SETTINGS,
    ).problems;
    expect(problem?.sentence).toBe(
      "3 windows of d could have been built more than 2 h ago. The oldest is that of 2026-11-27 07:00 UTC: no delivery for 07:20 to 07:40",
    );
    expect(problem?.href).toBe("/windows/d/2026-11-27T07:00:00Z");
  });

  it.each([
    [3, 3, "3 windows of d wait for a delivery more than 2 h after they were to be complete."],
    [1, 1, "A window of d waits for a delivery more than 2 h after it was to be complete."],
    [
      3,
      1,
      "3 windows of d could have been built more than 2 h ago, or were to be complete then and wait for a delivery (1 of them).",
    ],
  ])("of %i, %i that wait for a delivery are not said to have been buildable", (count, waiting, words) => {
    const facts = { now: NOW, sources: [], removedSources: [], projections: [] };
    const waits = [{ name: "d", late: { ...late, count, waiting }, aged: false, failing: undefined }];
    expect(judge({ ...facts, datasets: waits }, STANDARD_SETTINGS).problems[0]?.sentence).toContain(words);
  });

  it("are not watched where they are turned off", () => {
    expect(keys({ datasets }, { lateAfterOf: { d: "off" } })).toEqual([]);
    expect(keys({ datasets }, { late: false })).toEqual([]);
  });
});

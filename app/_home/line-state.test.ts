import { expect, it } from "vitest";
import { alike, stateOf } from "./line-state";

const stage = {
  stage: "ingest" as const,
  doneLastHour: 0,
  waiting: 0,
  running: 0,
  failed: 0,
  lag: undefined,
};

it.each([
  ["quiet", {}, 0, "2 rows came in the last hour; nothing waits and nothing failed."],
  ["at work", { running: 1 }, 0, "2 rows came in the last hour; 1 piece of work is under way, none failed."],
  [
    "a failure that is tried again",
    { failed: 1 },
    0,
    "2 rows came in the last hour; 1 piece of work failed.",
  ],
  [
    "dead letters are the failures",
    { failed: 2 },
    2,
    "2 rows came in the last hour; 2 pieces of work failed for good: 2 dead letters.",
  ],
  [
    "some of both",
    { failed: 3 },
    1,
    "2 rows came in the last hour; 3 pieces of work failed, 1 of them for good: 1 dead letter.",
  ],
  ["a dead letter of no stage", {}, 1, "2 rows came in the last hour; there is 1 dead letter."],
])("%s", (_name, part, deadLetters, words) => {
  expect(stateOf({ stages: [{ ...stage, ...part }], deadLetters, rowsLastHour: 2 })).toBe(words);
});

it("does not say that work is under way while nothing moves", () => {
  const home = { stages: [{ ...stage, running: 1, waiting: 2 }], deadLetters: 0, rowsLastHour: 2 };
  expect(stateOf(home, "the worker hangs since 2026-11-28 14:02 UTC")).toBe(
    "2 rows came in the last hour; nothing moves: the worker hangs since 2026-11-28 14:02 UTC, and 3 pieces of work wait.",
  );
  expect(stateOf({ ...home, stages: [stage] }, "no worker is connected")).toMatch(
    /nothing is known to wait\.$/,
  );
});

it("says the same once", () => {
  const letter = { what: "dead letter", subject: "q", error: "e", count: 1, href: "/" };
  const other = { ...letter, subject: "r" };
  expect(alike([letter, other, letter])).toEqual([
    { failure: letter, count: 2 },
    { failure: other, count: 1 },
  ]);
});

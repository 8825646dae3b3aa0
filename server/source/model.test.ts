import { expect, it } from "vitest";
import { todoOfRun } from "./model";

it.each([
  [
    "one that is tried again, nobody knows when",
    { state: "failed" },
    /in trouble; .*asked for again by itself$/,
  ],
  ["one that says when it is tried again", { state: "failed", retryAt: 1 }, /in trouble$/],
  ["one that is not tried again", { state: "refused" }, /in trouble$/],
  ["one that was cancelled", { state: "cancelled" }, undefined],
  ["one that runs", { state: "running" }, undefined],
] as const)("what to do about a run: %s", (_name, run, words) => {
  const todo = todoOfRun({ ...run, failedCheck: "protocol" });
  if (words === undefined) expect(todo).toBeUndefined();
  else expect(todo).toMatch(words);
  expect(todoOfRun(run)).toBeUndefined();
});

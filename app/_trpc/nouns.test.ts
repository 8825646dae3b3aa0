import { afterEach, expect, it, vi } from "vitest";
import { concerned, gatheredNouns, NOUNS } from "./nouns";

it.each([
  ['{"noun":"run","key":"x"}', ["source", "line"]],
  ['{"noun":"dead-letter"}', ["deadLetter", "line"]],
  ['{"noun":"of a later version"}', NOUNS],
  ["{}", NOUNS],
  ["not JSON", NOUNS],
])("%s concerns %j", (data, routers) => {
  expect(concerned(data)).toEqual(routers);
});

it("tells once of all that was gathered", async () => {
  const told = await new Promise<readonly string[]>((resolve) => {
    const gather = gatheredNouns({ soonMs: 1, leastMs: 1 }, resolve);
    gather.add('{"noun":"outbox"}');
    gather.add('{"noun":"inbox"}');
    gather.add('{"noun":"source"}');
  });
  expect(told).toEqual(["line", "source", "settings", "health", "alert", "variableMap"]);
});

// Time is told, not waited for: a busy machine stands still at any moment, and what was measured would be its pause.
afterEach(() => vi.useRealTimers());

it("keeps its distance in a storm", () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  const at: number[] = [];
  const gather = gatheredNouns({ soonMs: 1, leastMs: 50 }, () => at.push(performance.now()));
  for (let ms = 0; ms < 200; ms += 1) {
    gather.add('{"noun":"inbox"}');
    vi.advanceTimersByTime(1);
  }
  expect(at.map((each) => each - (at[0] ?? 0))).toEqual([0, 50, 100, 150]);
});

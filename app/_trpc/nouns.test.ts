import { expect, it } from "vitest";
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
  expect(told).toEqual(["line", "source", "settings"]);
});

it("keeps its distance in a storm", async () => {
  const at: number[] = [];
  await new Promise<void>((resolve) => {
    const gather = gatheredNouns({ soonMs: 1, leastMs: 50 }, () => {
      at.push(performance.now());
      if (at.length === 3) resolve();
      else gather.add('{"noun":"inbox"}');
    });
    gather.add('{"noun":"inbox"}');
  });
  const [first = 0, second = 0, third = 0] = at;
  // Timers may be a millisecond early.
  expect(Math.min(second - first, third - second)).toBeGreaterThan(48);
});

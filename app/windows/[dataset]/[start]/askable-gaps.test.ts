import { expect, it } from "vitest";
import { HOUR, MINUTE, SECOND } from "../../../../server/observation/time";
import { askableGaps, nextAsked, openRun } from "./askable-gaps";

const gap = (from: number, to: number) => ({ start: from * MINUTE, end: to * MINUTE });

it.each([
  ["nothing of nothing", [], HOUR, [], []],
  [
    "all that is past",
    [gap(10, 20), gap(30, 60)],
    HOUR,
    [gap(10, 20), gap(30, 60)],
    [gap(10, 20), gap(30, 60)],
  ],
  ["up to the last whole minute", [gap(10, 60)], 20 * MINUTE + 30 * SECOND, [gap(10, 20)], [gap(10, 20)]],
  ["nothing that is still to come", [gap(30, 60)], 30 * MINUTE, [], []],
  [
    "all at once where the gaps are many",
    [0, 10, 20, 30, 40, 50].map((minute) => gap(minute, minute + 5)),
    HOUR,
    [0, 10, 20, 30, 40, 50].map((minute) => gap(minute, minute + 5)),
    [gap(0, 55)],
  ],
] as const)("can be asked for: %s", (_, gaps, now, missing, asks) => {
  expect(askableGaps(gaps, now)).toEqual({ missing, asks });
});

it.each([
  [
    "a schedule whose next range holds the gap",
    { nextFire: 60, lag: 0, size: 60, every: 60 },
    gap(30, 60),
    60,
  ],
  ["one that comes to it later", { nextFire: 60, lag: 0, size: 60, every: 60 }, gap(150, 160), 180],
  ["one with a lag", { nextFire: 60, lag: 30, size: 30, every: 30 }, gap(10, 20), 60],
  ["none whose ranges are past it", { nextFire: 180, lag: 0, size: 60, every: 60 }, gap(30, 60), undefined],
  ["none whose ranges leave it out", { nextFire: 60, lag: 0, size: 10, every: 60 }, gap(60, 90), undefined],
] as const)("is asked for by %s", (_, { nextFire, lag, size, every }, missing, at) => {
  const schedule = {
    nextFire: nextFire * MINUTE,
    lag: lag * MINUTE,
    windowSize: size * MINUTE,
    interval: every * MINUTE,
  };
  expect(nextAsked([schedule], [missing])).toBe(at === undefined ? undefined : at * MINUTE);
});

it("a run that has not ended and meets what is missing is found", () => {
  const run = (source: string, state: string, from: number, to: number) => ({
    source,
    state,
    ...gap(from, to),
  });
  const runs = [
    run("a", "done", 0, 60),
    run("b", "queued", 0, 60),
    run("a", "failed", 20, 40),
    run("a", "queued", 40, 60),
  ];
  expect(openRun(runs, "a", [gap(30, 35)])).toBe(runs[2]);
  expect(openRun(runs, "a", [gap(0, 20)])).toBeUndefined();
});

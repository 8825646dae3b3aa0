import { expect, it } from "vitest";
import { HOUR, MINUTE, SECOND } from "../../../../server/observation/time";
import { askableGaps } from "./askable-gaps";

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

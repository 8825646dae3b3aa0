import { expect, it } from "vitest";
import { HOUR, MINUTE, SECOND } from "../../../../server/observation/time";
import { chainSteps } from "./chain-steps";

const end = 10 * HOUR;
const at = (instant: number) => ({ start: instant - MINUTE, end: instant });
const TIMES = {
  observed: { start: 9 * HOUR, end },
  collected: at(end + 12 * MINUTE),
  received: at(end + 12 * MINUTE + 3 * SECOND),
  ingested: at(end + 12 * MINUTE + 5 * SECOND),
  ready: end + 30 * MINUTE,
  built: end + 31 * MINUTE + 4 * SECOND,
  projected: [
    { projection: "odb", at: end + 33 * MINUTE },
    { projection: "pygeoapi", at: end + 32 * MINUTE },
  ],
};

it("says of each step how long after the one before it was, and of projections how long after the build", () => {
  expect(chainSteps(TIMES).map(({ sentence }) => sentence)).toEqual([
    "observed over 1 h",
    "collected 12 min after the last observation",
    "received 3 s after the last collection",
    "ingested 2 s after the last payload was received",
    "ready to be built 17 min 55 s after the last ingestion",
    "built 1 min 4 s after it was ready",
    "projected by pygeoapi 56 s after the build",
    "projected by odb 1 min 56 s after the build",
  ]);
});

it("shares the width by the logarithm of the duration: all of it, and the longer the more", () => {
  const shares = chainSteps(TIMES).map(({ share }) => share);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  const [observed = 0, collected = 0, received = 0] = shares;
  expect(observed).toBeGreaterThan(collected);
  expect(collected).toBeGreaterThan(received);
  // An hour is 1,200 times three seconds, and not six times as wide.
  expect(observed / received).toBeLessThan(6);
});

it("leaves out what is not known, and counts on from what is", () => {
  const { collected, built } = TIMES;
  expect(chainSteps({ collected, built, projected: [] }).map(({ sentence }) => sentence)).toEqual([
    "collected",
    "built 19 min 4 s after the last collection",
  ]);
  expect(chainSteps({ projected: [] })).toEqual([]);
});

it("says of what was projected before the last build that it found the same bytes", () => {
  const built = end + HOUR;
  const steps = chainSteps({
    built,
    projected: [
      { projection: "odb", at: end },
      { projection: "bufr", at: built + SECOND },
    ],
  });
  expect(steps.map(({ sentence, after }) => [sentence, after])).toEqual([
    ["built", undefined],
    ["projected by odb before that build, which found the same bytes", undefined],
    ["projected by bufr 1 s after the build", SECOND],
  ]);
});

it("says of what was projected on request that it did not wait since the build", () => {
  const built = end + MINUTE;
  const asked = built + 29 * MINUTE;
  const steps = chainSteps({
    built,
    projected: [
      { projection: "odb", at: built + SECOND, wanted: built + 1 },
      { projection: "bufr", at: asked + 2 * SECOND, wanted: asked },
    ],
  });
  expect(steps.map(({ sentence, after }) => [sentence, after])).toEqual([
    ["built", undefined],
    ["projected by odb 1 s after the build", SECOND],
    ["projected by bufr 2 s after that was asked for, 29 min after the build", undefined],
  ]);
});

it("says where a step ended before the one before it, and draws nothing for it", () => {
  const steps = chainSteps({ observed: at(end), collected: at(end - 2 * SECOND), projected: [] });
  expect(steps.map(({ sentence, share }) => [sentence, share])).toEqual([
    ["observed over 1 min", 1],
    ["collected 2 s before the last observation", 0],
  ]);
});

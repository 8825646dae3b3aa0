import fc from "fast-check";
import { expect, it } from "vitest";
import { play, script } from "./fixtures/script";
import { verdict } from "./fixtures/verdict";
import { memoryWorld } from "./fixtures/world";

const RUNS = 2_000;

it(`${RUNS} random histories come to rest as the reference model says`, { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(script, async (given) => {
      const world = memoryWorld();
      const history = await play(world, given);
      expect(await verdict(history, world)).toEqual([]);
    }),
    { numRuns: RUNS, seed: 20241124 },
  );
});

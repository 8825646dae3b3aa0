import fc from "fast-check";
import { expect, it } from "vitest";
import { play, script } from "./fixtures/script";
import { verdict } from "./fixtures/verdict";
import { memoryWorld } from "./fixtures/world";

const RUNS = 2_000;

it(`${RUNS} random histories come to rest as the reference model says`, { timeout: 300_000 }, async () => {
  const seen = { restored: 0, sealed: 0, late: 0 };
  await fc.assert(
    fc.asyncProperty(script, async (given) => {
      const world = memoryWorld();
      const history = await play(world, given);
      expect(await verdict(history, world)).toEqual([]);
      seen.restored += history.life.restored.length;
      seen.sealed += history.sealings.size;
      for (const window of history.windows()) {
        if ((await history.judgement(window)).state === "too-late") seen.late += 1;
      }
    }),
    { numRuns: RUNS, seed: 20241124 },
  );
  // Else nothing would be known of the life of data.
  expect(seen.restored).toBeGreaterThan(100);
  expect(seen.sealed).toBeGreaterThan(100);
  expect(seen.late).toBeGreaterThan(20);
});

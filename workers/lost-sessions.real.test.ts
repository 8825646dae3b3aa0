import { beforeAll, describe, expect, it } from "vitest";
import { type LossyProxy, openLossyProxy } from "../server/adapters/postgres/lossy-proxy.testing";
import { openTestLine } from "./line.testing";
import { finish, left, play, undisturbed, YAML } from "./two-windows.testing";

const CUT_EVERY_MS = 700;
/** Small, and prime to the number of transactions of any loop: each kind of COMMIT has its turn. */
const LOSE_EVERY = 7;
/** Each may cost a job its lock, which is twenty seconds. */
const DISTURBANCES = 12;

describe("a worker whose wire to PostgreSQL is bad leaves what an undisturbed one leaves", () => {
  let calm: Awaited<ReturnType<typeof left>>;
  beforeAll(async () => {
    calm = await undisturbed(openTestLine);
  });

  it.concurrent.each<[string, (wire: LossyProxy) => () => void, (wire: LossyProxy) => number]>([
    [
      `the answer to every ${LOSE_EVERY}th COMMIT is lost, with its connection, ${DISTURBANCES} times`,
      (wire) => {
        wire.loseCommits(LOSE_EVERY, DISTURBANCES);
        return () => wire.loseCommits(0, 0);
      },
      (wire) => wire.lost(),
    ],
    [
      `all its connections are cut ${DISTURBANCES} times, every ${CUT_EVERY_MS} ms`,
      (wire) => {
        let cuts = 0;
        const timer = setInterval(() => {
          wire.cut();
          cuts += 1;
          if (cuts === DISTURBANCES) clearInterval(timer);
        }, CUT_EVERY_MS);
        return () => clearInterval(timer);
      },
      (wire) => wire.ended(),
    ],
  ])("%s", async (_what, disturb, disturbances) => {
    const line = await openTestLine(YAML);
    const wire = await openLossyProxy(line.connectionString);
    let calmDown: (() => void) | undefined;
    try {
      // A worker that loses its wire while it starts ends, and the supervisor starts it again.
      line.start(undefined, { DATABASE_URL: wire.connectionString });
      await line.until(async () => (await line.said()).includes("the worker runs"), "the worker's start");
      calmDown = disturb(wire);
      await play(line);
      await finish(line);
      expect(disturbances(wire)).toBeGreaterThan(5);
      // Not killed and started again by itself: the same process went on.
      expect(line.alive()).toBe(true);
      expect(await left(line)).toEqual(calm);
    } finally {
      calmDown?.();
      await line.close();
      await wire.close();
    }
  });
});

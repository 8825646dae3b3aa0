import type { Database } from "./database";

/**
 * Lets go of every lease and moves every fence on. Called by the one worker of an installation when it starts: whoever held a lease is dead (the
 * supervisor's lock says so), and if it were not, its fence no longer fits.
 */
export async function releaseLeases(db: Database): Promise<void> {
  await db.run(async (tx) => {
    await db.execute(
      tx,
      `UPDATE inbox SET lease_until = NULL, fence = fence + 1 WHERE lease_until IS NOT NULL AND settled_at IS NULL`,
    );
    await db.execute(
      tx,
      `UPDATE projection_state SET lease_until = NULL, fence = fence + 1 WHERE lease_until IS NOT NULL`,
    );
    await db.execute(
      tx,
      `UPDATE "window" SET lease_until = NULL, fence = fence + 1, look_again_us = 0 WHERE lease_until IS NOT NULL`,
    );
  });
}

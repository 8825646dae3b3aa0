import type { Micros } from "../../observation/time";
import type { Database } from "./database";

/** Nobody takes a lease of more than a minute: one that ends later was taken before the clock went back. */
const LONGEST_LEASE = "interval '90 seconds'";
/** Nobody waits longer than this for another try. */
const LONGEST_WAIT: Micros = 3_600_000_000;

/**
 * Moves the ledger's bookkeeping along with a clock that was set by `step` µs: what was to happen in a second is not left for an hour, what was to rest
 * for an hour is not over at once. Instants of data, and boundaries of schedules, are what they are.
 */
export async function followClock(db: Database, step: Micros): Promise<void> {
  const leased = ["inbox", "projection_state", '"window"'];
  await db.run(async (tx) => {
    const move = (text: string) => db.execute(tx, text, step);
    const by = "$1::bigint * interval '1 microsecond'";
    if (step > 0) {
      // Those that were alive before the step, and that nobody has taken since.
      for (const table of leased)
        await move(
          `UPDATE ${table} SET lease_until = lease_until + ${by} WHERE lease_until <= clock_timestamp() AND lease_until > clock_timestamp() - ${by}`,
        );
      await move(`UPDATE retired_segment SET retired_at = retired_at + ${by}`);
      return;
    }
    for (const table of leased)
      await move(
        `UPDATE ${table} SET lease_until = lease_until + ${by} WHERE lease_until > clock_timestamp() + ${LONGEST_LEASE}`,
      );
    for (const table of ["inbox", "projection_state"])
      await move(`UPDATE ${table} SET retry_at = retry_at + ${by} WHERE retry_at > clock_timestamp()`);
    const now = await db.now(tx);
    await db.execute(
      tx,
      `UPDATE "window" SET retry_us = retry_us + $1::bigint WHERE retry_us > $2::bigint AND retry_us <= $3::bigint`,
      step,
      now,
      now - step + LONGEST_WAIT,
    );
    // Whatever they were to be looked at for: quiet time is over, a retry is due, or it is found again when they settle.
    await db.execute(
      tx,
      `UPDATE "window" SET look_again_us = 0 WHERE look_again_us > $1::bigint AND look_again_us <= $2::bigint`,
      now,
      now - step + LONGEST_WAIT,
    );
  });
}

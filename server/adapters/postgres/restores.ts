import type { Micros } from "../../observation/time";
import type { RestoreOrder } from "../../ports/data-life";
import type { SeriesRef } from "../../ports/time-series";
import type { Tx } from "../../ports/transactions";
import { LONGEST_WAIT } from "../../window/back-off";
import type { Database } from "./database";

/**
 * A judgement waits for these points: one restore of each is outstanding, however many windows wait. Its row stays locked until the judgement is committed,
 * so that a restore that ends meanwhile sees the window that waits. To be called before the window is written: a restore takes the two in this order too.
 * @returns whether some of the points came back since the judgement looked, so that the window is to be looked at again
 */
export async function wantRestores(db: Database, tx: Tx, generations: readonly string[]): Promise<boolean> {
  if (generations.length === 0) return false;
  await db.execute(
    tx,
    `INSERT INTO restore (generation_id) SELECT id FROM generation WHERE command_id = ANY($1::uuid[]) AND points <> 'present' ORDER BY id
     ON CONFLICT (generation_id) DO UPDATE SET wanted_at = restore.wanted_at`,
    generations,
  );
  // A restore that was being committed has been waited for by the statement before: this one sees what it did.
  const back = await db.rows<{ id: number }>(
    tx,
    "SELECT id FROM generation WHERE command_id = ANY($1::uuid[]) AND points = 'present'",
    generations,
  );
  if (back.length > 0)
    await db.execute(
      tx,
      "DELETE FROM restore WHERE generation_id = ANY($1::bigint[])",
      back.map(({ id }) => id),
    );
  await db.notify(tx, { noun: "points" });
  return back.length > 0;
}

/** Whether a window still waits for the generation of the row r. */
const STILL_WANTED = `EXISTS (
  SELECT 1 FROM touch t JOIN delivery d ON d.current_generation = t.generation_id AND d.withdrawn_at IS NULL
    JOIN "window" w ON w.dataset = t.dataset AND w.start_us = t.window_start_us AND w.end_us = t.window_end_us AND w.need = 'due'
  WHERE t.generation_id = r.generation_id AND t.rows > 0)`;

/** A retry further away than any back-off reaches was written before the clock went back. */
export async function restoresDue(db: Database, limit: number): Promise<readonly RestoreOrder[]> {
  await db.execute(undefined, `DELETE FROM restore r WHERE NOT ${STILL_WANTED}`);
  const now = await db.now();
  return db.rows<RestoreOrder>(
    undefined,
    `SELECT d.dataset, d.key AS delivery, g.command_id::text AS generation, d.payload_key AS "payloadKey", d.payload_sha256 AS "payloadSha256", m.body AS map, g.rows,
       CASE WHEN g.observed_start_us IS NOT NULL THEN json_build_object('start', g.observed_start_us, 'end', g.observed_end_us) END AS observed,
       r.attempts
     FROM restore r JOIN generation g ON g.id = r.generation_id JOIN delivery d ON d.id = g.delivery_id
       JOIN variable_map m ON m.dataset = d.dataset AND m.hash = g.map_hash
     WHERE g.points = 'gone' AND (r.retry_us IS NULL OR r.retry_us <= $1::bigint OR r.retry_us > $2::bigint)
     ORDER BY r.wanted_at, r.generation_id LIMIT $3`,
    now,
    now + LONGEST_WAIT,
    limit,
  );
}

/** The points lie in a file of their own again. Windows that wait for them are looked at; others are not touched. */
export async function restored(db: Database, tx: Tx, ref: SeriesRef): Promise<boolean> {
  const [row] = await db.rows<{ id: number }>(
    tx,
    `UPDATE generation g SET points = 'present', segment = NULL FROM restore r
     WHERE g.command_id = $1::uuid AND g.points = 'gone' AND r.generation_id = g.id RETURNING g.id`,
    ref.generation,
  );
  if (!row) return false;
  await db.execute(tx, "DELETE FROM restore WHERE generation_id = $1::bigint", row.id);
  await db.execute(
    tx,
    "UPDATE delivery d SET points_look_us = $2::bigint FROM generation g WHERE g.id = $1::bigint AND d.id = g.delivery_id",
    row.id,
    await db.now(tx),
  );
  await lookAtWaiting(db, tx, ref);
  return true;
}

export async function restoreFailed(
  db: Database,
  tx: Tx,
  ref: SeriesRef,
  error: string,
  retryAt: Micros,
): Promise<void> {
  await db.execute(
    tx,
    `UPDATE restore r SET attempts = attempts + 1, error = $2, retry_us = $3::bigint FROM generation g
     WHERE g.command_id = $1::uuid AND r.generation_id = g.id`,
    ref.generation,
    error,
    retryAt,
  );
  await lookAtWaiting(db, tx, ref);
}

/** A row that is held is being judged, or its build is committed: either looks at the window itself afterwards. */
async function lookAtWaiting(db: Database, tx: Tx, ref: SeriesRef): Promise<void> {
  await db.execute(
    tx,
    `UPDATE "window" w SET look_again_us = 0 FROM touch t JOIN generation g ON g.id = t.generation_id
     WHERE g.command_id = $1::uuid AND w.dataset = t.dataset AND w.start_us = t.window_start_us AND w.end_us = t.window_end_us AND w.need = 'due'`,
    ref.generation,
  );
  await db.notify(tx, { noun: "window", key: ref.dataset });
}

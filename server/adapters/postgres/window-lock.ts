import type { Tx } from "../../ports/transactions";
import type { Exclusion, Window } from "../../window/model";
import type { Database } from "./database";

/** One lock per window, held to the end of the transaction; it also covers a window that has no row yet. */
export async function lock(db: Database, tx: Tx, window: Window): Promise<void> {
  await db.rows(
    tx,
    `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))::text`,
    `window ${window.dataset} ${window.start} ${window.end}`,
  );
}

/** The exclusions in force whose time overlaps the window's. */
export async function exclusionsOf(db: Database, tx: Tx, window: Window): Promise<readonly Exclusion[]> {
  return db.rows<Exclusion>(
    tx,
    `SELECT id::text, station, variable, box, json_build_object('start', start_us, 'end', end_us) AS time, reason
     FROM exclusion WHERE dataset = $1 AND start_us < $3::bigint AND end_us > $2::bigint AND removed_at IS NULL ORDER BY id`,
    window.dataset,
    window.start,
    window.end,
  );
}

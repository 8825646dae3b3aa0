import type { FutureRows } from "../../ports/ledger";
import type { Tx } from "../../ports/transactions";
import type { Database } from "./database";

/** While one is open the delivery comes again with the map that a person asked for: the map of before would come after it, and win. */
const REINGESTED = `EXISTS (SELECT FROM reingestion r JOIN reingestion_delivery i ON i.reingestion = r.id
  WHERE r.ended_at IS NULL AND i.delivery_id = g.delivery_id AND i.state IN ('waiting', 'asked'))`;

/**
 * Current generations with rows of the future that are due and not yet asked for, earliest first; what was asked for is not read again, and what is being
 * ingested again waits for how that ends.
 */
export async function futureDue(db: Database, tx: Tx, limit: number): Promise<readonly FutureRows[]> {
  return db.rows(
    tx,
    `SELECT d.key, g.command_id::text AS generation, d.dataset, d.start_us AS start, d.end_us AS "end", d.payload_key AS "payloadKey",
       m.body AS map, g.map_version AS "mapVersion"
     FROM generation g JOIN delivery d ON d.id = g.delivery_id AND d.current_generation = g.id
       JOIN variable_map m ON m.dataset = d.dataset AND m.hash = g.map_hash
     WHERE g.future_due_us IS NOT NULL AND g.future_due_us <= $1::bigint AND NOT g.future_asked AND NOT ${REINGESTED}
     ORDER BY g.future_due_us LIMIT $2`,
    await db.now(tx),
    limit,
  );
}

/** @returns false when it was asked for, superseded or is being ingested again since it was read; whoever holds the delivery may rely on it */
export async function markFutureAsked(db: Database, tx: Tx, generation: string): Promise<boolean> {
  const marked = await db.execute(
    tx,
    `UPDATE generation g SET future_asked = true WHERE g.command_id = $1::uuid AND NOT g.future_asked AND NOT ${REINGESTED}`,
    generation,
  );
  return marked > 0;
}

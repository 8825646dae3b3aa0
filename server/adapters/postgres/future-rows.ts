import type { FutureRows } from "../../ports/ledger";
import type { Tx } from "../../ports/transactions";
import type { Database } from "./database";

/** Current generations with rows of the future that are due and not yet asked for, earliest first; what was asked for is not read again. */
export async function futureDue(db: Database, tx: Tx, limit: number): Promise<readonly FutureRows[]> {
  return db.rows(
    tx,
    `SELECT d.key, g.command_id::text AS generation, d.dataset, d.start_us AS start, d.end_us AS "end", d.payload_key AS "payloadKey",
       m.body AS map, g.map_version AS "mapVersion"
     FROM generation g JOIN delivery d ON d.id = g.delivery_id AND d.current_generation = g.id
       JOIN variable_map m ON m.dataset = d.dataset AND m.hash = g.map_hash
     WHERE g.future_due_us IS NOT NULL AND g.future_due_us <= $1::bigint AND NOT g.future_asked ORDER BY g.future_due_us LIMIT $2`,
    await db.now(tx),
    limit,
  );
}

export async function markFutureAsked(db: Database, tx: Tx, generation: string): Promise<void> {
  await db.execute(tx, `UPDATE generation SET future_asked = true WHERE command_id = $1::uuid`, generation);
}

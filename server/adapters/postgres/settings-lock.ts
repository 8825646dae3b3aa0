import type { Tx } from "../../ports/transactions";
import type { Database } from "./database";

/** One lock per dataset's settings, held to the end of the transaction; taken before any lock of a delivery or a window, so that nobody waits in a circle. */
const LOCK = "hashtextextended('ionbeam dataset ' || $1, 0)";

/** For whoever changes the settings, or changes what many windows are judged by. */
export async function lockSettings(db: Database, tx: Tx, dataset: string): Promise<void> {
  await db.rows(tx, `SELECT pg_advisory_xact_lock(${LOCK})::text`, dataset);
}

/** For whoever stores what follows from the settings: a change waits until that stands. */
export async function shareSettings(db: Database, tx: Tx, dataset: string): Promise<void> {
  await db.rows(tx, `SELECT pg_advisory_xact_lock_shared(${LOCK})::text`, dataset);
}

import type { WorkerPresence } from "../../ports/views";
import { type Database, us } from "./database";

/** The name of the worker's sessions. */
export const WORKER_SESSIONS = "ionbeam worker";

/** Reads off PostgreSQL's own list of sessions when the worker's last asked something: it costs the worker no statement. */
export async function workerPresence(db: Database): Promise<WorkerPresence> {
  const [row] = await db.rows<WorkerPresence>(
    undefined,
    `SELECT ${us("max(greatest(query_start, state_change))")} AS "heardAt",
       greatest(0, ${us("clock_timestamp()")} - ${us("max(greatest(query_start, state_change))")}) AS "silentFor"
     FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()`,
    WORKER_SESSIONS,
  );
  return { heardAt: row?.heardAt, silentFor: row?.heardAt === undefined ? undefined : row.silentFor };
}

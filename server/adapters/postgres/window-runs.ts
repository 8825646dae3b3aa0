import { DAY } from "../../observation/time";
import { ingestCommandId } from "../../source/messages";
import type { Window } from "../../window/model";
import { keyOf } from "./builds";
import { type Database, timestamp, us } from "./database";
import { MET } from "./window-deliveries";

/** µs. How long before a delivery was received its run may have been requested. */
const LONGEST_WAY = 8 * DAY;

/** Most runs of a source that are looked through, the newest first. */
const LOOKED_THROUGH = 5_000;

/** Most that have no delivery yet and are looked at. */
const UNDER_WAY = 500;

/**
 * The ids of the runs whose deliveries meet the window, and of those over its time that have none yet. A run's command is told by its
 * id and not the other way round: so the runs that may have brought the deliveries are looked through by the time of their request.
 */
export async function runsOfWindow(db: Database, window: Window, limit: number): Promise<readonly string[]> {
  const commands = await db.rows<{ command: string }>(
    undefined,
    `SELECT g.command_id::text AS command FROM ${MET} k JOIN generation g ON g.delivery_id = k.delivery_id`,
    ...keyOf(window),
  );
  const brought = new Set(commands.map(({ command }) => command));
  const candidates = await db.rows<{ id: string; waits: boolean }>(
    undefined,
    `WITH d AS (
       SELECT d.source, min(d.start_us) AS first, max(d.end_us) AS last, min(${us("d.received_at")}) AS since, max(${us("g.ingested_at")}) AS until
       FROM ${MET} k JOIN delivery d ON d.id = k.delivery_id JOIN generation g ON g.delivery_id = d.id WHERE d.source IS NOT NULL GROUP BY d.source),
     done AS (
       SELECT x.* FROM d CROSS JOIN LATERAL (
         SELECT id, requested_at, start_us, end_us FROM run WHERE run.source = d.source
           AND requested_at BETWEEN ${timestamp("(d.since - $4)")} AND ${timestamp("d.until")}
         ORDER BY requested_at DESC LIMIT ${LOOKED_THROUGH}) x
       WHERE x.start_us >= d.first AND x.end_us <= d.last),
     waiting AS (
       SELECT x.* FROM source s CROSS JOIN LATERAL (
         SELECT id, requested_at, start_us, end_us, state FROM run WHERE run.source = s.name ORDER BY requested_at DESC LIMIT ${UNDER_WAY}) x
       WHERE s.dataset = $1 AND x.state <> 'done' AND x.start_us < $3::bigint AND x.end_us > $2::bigint)
     SELECT id::text, bool_or(waits) AS waits FROM (
       SELECT id, requested_at, false AS waits FROM done UNION ALL SELECT id, requested_at, true FROM waiting) each_run
     GROUP BY id, requested_at ORDER BY requested_at DESC`,
    ...keyOf(window),
    LONGEST_WAY,
  );
  return candidates
    .filter(({ id, waits }) => waits || brought.has(ingestCommandId(id)))
    .slice(0, limit)
    .map(({ id }) => id);
}

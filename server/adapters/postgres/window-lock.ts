import type { Tx } from "../../ports/transactions";
import { ingestCommandId } from "../../source/messages";
import type { Asked, Exclusion, Window } from "../../window/model";
import { type Database, us } from "./database";

/** A window's record as the judgement knows it; the row is called w. */
export const RECORD = `w.desired_hash AS "desiredHash", w.first_change_us AS "firstChange", w.last_change_us AS "lastChange", w.built_hash AS "builtHash",
  w.output, w.last_revision AS "lastRevision", w.attempts, w.error, w.retry_us AS "retryAt", ${us("w.lease_until")} AS "leaseUntil",
  w.sealed_at IS NOT NULL AS sealed,
  coalesce((SELECT CASE WHEN bool_or(r.forced) THEN 'forced' ELSE 'asked' END FROM reprocess r
    WHERE r.dataset = w.dataset AND r.start_us = w.start_us AND r.end_us = w.end_us HAVING count(*) > 0), 'none') AS reprocess`;

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

/** What came of asking for a window, beside its touches: one statement, by the keys of the window's claims and touches. */
export async function askedOf(db: Database, tx: Tx, window: Window): Promise<Asked> {
  const [row] = await db.rows<Asked>(
    tx,
    `SELECT count(*) FILTER (WHERE withdrawn) AS withdrawn, count(*) FILTER (WHERE rejected > 0) AS rejecting,
       coalesce(sum(rejected), 0)::bigint AS "rejectedRows"
     FROM (
       SELECT d.withdrawn_at IS NOT NULL AS withdrawn,
         CASE WHEN bool_or(k.claims) AND d.withdrawn_at IS NULL THEN coalesce(max(g.rows_rejected), 0) ELSE 0 END AS rejected
       FROM (SELECT delivery_id, true AS claims FROM claim WHERE dataset = $1 AND window_start_us = $2::bigint AND window_end_us = $3::bigint
             UNION ALL
             SELECT delivery_id, false FROM touch WHERE dataset = $1 AND window_start_us = $2::bigint AND window_end_us = $3::bigint) k
         JOIN delivery d ON d.id = k.delivery_id LEFT JOIN generation g ON g.id = d.current_generation
       GROUP BY d.id) each_delivery`,
    window.dataset,
    window.start,
    window.end,
  );
  return row ?? { withdrawn: 0, rejecting: 0, rejectedRows: 0 };
}

/** Of the runs before an ingestion so many are looked through for its own. */
const LOOKED_THROUGH = 200;
/** And of so many deliveries, the last that claim the window. */
const CLAIMS = 20;

/**
 * Files that the collections behind the window's claims could not read whole. A run's command is told by its id and not the other way
 * round, so the last runs before each ingestion are looked at: asked only where no row came, to tell why.
 */
export async function damagedOf(db: Database, tx: Tx, window: Window): Promise<Asked["damaged"]> {
  const rows = await db.rows<{ id: string; command: string; damaged: readonly { name: string }[] }>(
    tx,
    `SELECT DISTINCT ON (r.id, g.command_id) r.id::text, g.command_id::text AS command, r.damaged
     FROM (SELECT delivery_id FROM claim WHERE dataset = $1 AND window_start_us = $2::bigint AND window_end_us = $3::bigint
           ORDER BY delivery_id DESC LIMIT ${CLAIMS}) c
       JOIN delivery d ON d.id = c.delivery_id JOIN generation g ON g.delivery_id = d.id
       CROSS JOIN LATERAL (
         SELECT id, damaged FROM run WHERE run.source = d.source AND requested_at <= g.ingested_at ORDER BY requested_at DESC LIMIT ${LOOKED_THROUGH}) r
     WHERE d.withdrawn_at IS NULL AND r.damaged <> '[]'::jsonb`,
    window.dataset,
    window.start,
    window.end,
  );
  const files = rows
    .filter(({ id, command }) => ingestCommandId(id) === command)
    .flatMap(({ damaged }) => damaged);
  const [example] = files;
  return example && { files: files.length, example: example.name };
}

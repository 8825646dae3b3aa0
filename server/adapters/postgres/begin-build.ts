import { Transient } from "../../errors";
import type { Interval } from "../../observation/interval";
import type { BuildPlan, DesiredDelivery } from "../../ports/ledger";
import type { Tx } from "../../ports/transactions";
import { desiredHash } from "../../window/desired";
import type { Window } from "../../window/model";
import { currentRevision, KEY, keyOf } from "./builds";
import { type Database, timestamp, us } from "./database";
import { exclusionsOf, lock } from "./window-lock";

/**
 * Takes the fencing token and reads the desired set, in one transaction under the window's lock. The token is the transaction's number, which
 * never repeats: a count in the row would begin anew when the row of a window vanished and came back.
 */
export async function beginBuild(
  db: Database,
  tx: Tx,
  window: Window,
  leaseMs: number,
): Promise<BuildPlan | undefined> {
  await lock(db, tx, window);
  const now = await db.now(tx);
  const [row] = await db.rows<{
    token: number;
    declaredSpan: string;
    desiredHash: string;
    coverageShare: number;
    complete: boolean;
    gaps: readonly Interval[];
    lastRevision: number;
    builtHash: string | undefined;
    sealed: boolean;
  }>(
    tx,
    `UPDATE "window" SET fence = greatest(fence + 1, pg_current_xact_id()::text::bigint), lease_until = ${timestamp("$5")}, build_now = false, look_again_us = $5::bigint, state = 'building', build_phase = 'read'
     WHERE ${KEY} AND build_now AND need = 'due' AND (lease_until IS NULL OR lease_until <= ${timestamp("$4")})
     RETURNING fence AS token, declared_span AS "declaredSpan", desired_hash AS "desiredHash", coverage_share AS "coverageShare", complete, gaps,
       last_revision AS "lastRevision", built_hash AS "builtHash", sealed_at IS NOT NULL AS sealed`,
    ...keyOf(window),
    now,
    now + leaseMs * 1000,
  );
  if (!row) return undefined;
  const deliveries = await desiredDeliveries(db, tx, window);
  const exclusions = await exclusionsOf(db, tx, window);
  const touches = deliveries.map(({ key, generation, rows }) => ({ deliveryKey: key, generation, rows }));
  // An ingestion takes no window's lock: what it recorded since the judgement is not in the hash, and would seem to be built.
  if (desiredHash(window, touches, exclusions) !== row.desiredHash)
    throw new Transient("a delivery of this window was recorded just now; it is judged again first");
  const requests = await db.rows<{ key: string }>(
    tx,
    `SELECT request_key AS key FROM reprocess WHERE ${KEY} ORDER BY request_key`,
    ...keyOf(window),
  );
  await db.notify(tx, { noun: "window", key: window.dataset });
  const { builtHash, ...begun } = row;
  return {
    ...begun,
    // What is sealed stays what it was built from, whatever came later.
    desiredHash: (row.sealed ? builtHash : undefined) ?? row.desiredHash,
    window,
    deliveries,
    maps: await mapsOf(db, tx, window.dataset, deliveries),
    exclusions,
    current: await currentRevision(db, tx, window),
    requests: requests.map((request) => request.key),
  };
}

async function mapsOf(
  db: Database,
  tx: Tx,
  dataset: string,
  deliveries: readonly DesiredDelivery[],
): Promise<BuildPlan["maps"]> {
  const rows = await db.rows<{ hash: string; body: BuildPlan["maps"][string] }>(
    tx,
    "SELECT hash, body FROM variable_map WHERE dataset = $1 AND hash = ANY($2::text[])",
    dataset,
    [...new Set(deliveries.map(({ mapHash }) => mapHash))],
  );
  return Object.fromEntries(rows.map(({ hash, body }) => [hash, body]));
}

function desiredDeliveries(db: Database, tx: Tx, window: Window): Promise<DesiredDelivery[]> {
  return db.rows<DesiredDelivery>(
    tx,
    `SELECT d.key, g.command_id::text AS generation, d.priority, d.collected_us AS "collectedAt", t.rows, g.map_hash AS "mapHash",
       m.columns, d.source AS "sourceName", json_build_object('start', d.start_us, 'end', d.end_us) AS interval,
       CASE WHEN c.start_us IS NOT NULL THEN json_build_object('start', c.start_us, 'end', c.end_us) END AS claim,
       d.payload_sha256 AS "payloadSha256", d.payload_key AS "payloadKey", g.ordinal, t.stations, g.map_version AS "mapVersion", ${us("d.received_at")} AS "receivedAt",
       ${us("g.ingested_at")} AS "ingestedAt"
     FROM touch t JOIN delivery d ON d.id = t.delivery_id AND d.current_generation = t.generation_id JOIN generation g ON g.id = t.generation_id
       JOIN variable_map m ON m.dataset = d.dataset AND m.hash = g.map_hash
       LEFT JOIN claim c ON c.delivery_id = d.id AND c.window_start_us = t.window_start_us AND c.window_end_us = t.window_end_us
     WHERE t.dataset = $1 AND t.window_start_us = $2::bigint AND t.window_end_us = $3::bigint AND d.withdrawn_at IS NULL AND t.rows > 0
     ORDER BY d.key`,
    ...keyOf(window),
  );
}

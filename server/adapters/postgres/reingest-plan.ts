import { uuidv5 } from "../../message";
import { DAY, type Micros } from "../../observation/time";
import type { ReingestPlan } from "../../ports/reingestions";
import type { Tx } from "../../ports/transactions";
import { LEFT_OUT, type LeftOut, type ReingestPreview } from "../../reingestion/model";
import type { Database } from "./database";

/**
 * Deliveries whose claim meets the range or that have rows in its windows, with why each is left out, or null. Reads claims and touches of the range by
 * their keys; no window is longer than a day.
 * $1: dataset, $2: start, $3: end (µs), $4: source
 */
const LOOKED = `
  WITH met AS (
    SELECT delivery_id FROM claim WHERE dataset = $1 AND window_start_us > $2::bigint - ${DAY} AND window_start_us < $3::bigint
      AND start_us < $3::bigint AND end_us > $2::bigint
    UNION
    SELECT t.delivery_id FROM touch t JOIN delivery d ON d.id = t.delivery_id AND d.current_generation = t.generation_id
    WHERE t.dataset = $1 AND t.window_start_us > $2::bigint - ${DAY} AND t.window_start_us < $3::bigint AND t.window_end_us > $2::bigint AND t.rows > 0),
  looked AS (
    SELECT d.id, d.start_us, d.payload_bytes, d.current_generation, g.rows, CASE
      WHEN d.source IS DISTINCT FROM $4 THEN 'foreign'
      WHEN g.id IS NULL THEN 'not-ingested'
      WHEN d.withdrawn_at IS NOT NULL THEN 'withdrawn'
      WHEN d.payload <> 'present' THEN 'payload-gone'
      WHEN EXISTS (SELECT FROM touch t JOIN "window" w ON w.dataset = t.dataset AND w.start_us = t.window_start_us AND w.end_us = t.window_end_us
        WHERE t.generation_id = g.id AND t.rows > 0 AND w.sealed_at IS NOT NULL) THEN 'sealed' END AS why
    FROM met JOIN delivery d ON d.id = met.delivery_id LEFT JOIN generation g ON g.id = d.current_generation)`;

const valuesOf = ({ dataset, start, end, source }: ReingestPlan) => [dataset, start, end, source] as const;

/** What a plan would do; changes nothing. */
export async function previewReingestion(db: Database, plan: ReingestPlan): Promise<ReingestPreview> {
  const groups = await db.rows<{
    why: LeftOut | undefined;
    deliveries: number;
    rows: number;
    bytes: number;
  }>(
    undefined,
    `${LOOKED} SELECT why, count(*) AS deliveries, coalesce(sum(rows), 0)::bigint AS rows, coalesce(sum(payload_bytes), 0)::bigint AS bytes
     FROM looked GROUP BY why ORDER BY why`,
    ...valuesOf(plan),
  );
  const [windows] = await db.rows<{ windows: number; built: number }>(
    undefined,
    `${LOOKED} SELECT count(*) AS windows, count(*) FILTER (WHERE w.output IN ('revision', 'empty')) AS built FROM (
       SELECT DISTINCT t.dataset, t.window_start_us, t.window_end_us FROM looked l JOIN touch t ON t.generation_id = l.current_generation
       WHERE l.why IS NULL AND t.rows > 0) m
     LEFT JOIN "window" w ON w.dataset = m.dataset AND w.start_us = m.window_start_us AND w.end_us = m.window_end_us`,
    ...valuesOf(plan),
  );
  const runs = groups.find(({ why }) => !why);
  const kept = runs ? undefined : await keptSpan(db, plan);
  return {
    kept,
    deliveries: runs?.deliveries ?? 0,
    rows: runs?.rows ?? 0,
    bytes: runs?.bytes ?? 0,
    windows: windows?.windows ?? 0,
    built: windows?.built ?? 0,
    leftOut: groups.flatMap(({ why, deliveries }) => (why ? [{ reason: LEFT_OUT[why], deliveries }] : [])),
  };
}

/** From when to when a source has deliveries that can be ingested again. Asked only where a range has none: it looks at all of the source's. */
async function keptSpan(db: Database, { dataset, source }: ReingestPlan): Promise<ReingestPreview["kept"]> {
  const [row] = await db.rows<{ start: Micros | undefined; end: Micros | undefined }>(
    undefined,
    `SELECT min(start_us) AS start, max(end_us) AS "end" FROM delivery
     WHERE dataset = $1 AND source = $2 AND payload = 'present' AND current_generation IS NOT NULL AND withdrawn_at IS NULL`,
    dataset,
    source,
  );
  return row?.start === undefined || row.end === undefined ? undefined : { start: row.start, end: row.end };
}

/** Deliveries that a statement takes ordinals of. */
const AT_ONCE = 5_000;

/**
 * Writes down one with all deliveries of its range, oldest first, and takes the ordinals of those that wait: whoever asks later comes after them, however
 * late their commands are written (SEMANTICS 3, *Generation*). @returns false when its id is known
 */
export async function insertReingestion(
  db: Database,
  tx: Tx,
  id: string,
  plan: ReingestPlan,
  map: { readonly hash: string; readonly version: number },
): Promise<boolean> {
  const made = await db.execute(
    tx,
    `INSERT INTO reingestion (id, source, dataset, start_us, end_us, map_hash, map_version)
     VALUES ($1::uuid, $2, $3, $4::bigint, $5::bigint, $6, $7::int) ON CONFLICT (id) DO NOTHING`,
    id,
    plan.source,
    plan.dataset,
    plan.start,
    plan.end,
    map.hash,
    map.version,
  );
  if (made === 0) return false;
  await db.execute(
    tx,
    `INSERT INTO reingestion_delivery (reingestion, delivery_id, position, state, outcome, reason, rows_before, ended_at)
     SELECT $5::uuid, l.id, l.position, CASE WHEN l.why IS NULL THEN 'waiting' ELSE 'ended' END, CASE WHEN l.why IS NOT NULL THEN 'left-out' END,
       $6::jsonb ->> l.why, l.rows, CASE WHEN l.why IS NOT NULL THEN clock_timestamp() END
     FROM (${LOOKED} SELECT *, row_number() OVER (ORDER BY start_us, id) AS position FROM looked) l`,
    ...valuesOf(plan),
    id,
    JSON.stringify(LEFT_OUT),
  );
  await takeOrdinals(db, tx, id);
  return true;
}

/** The request of each delivery that waits, as `nextOrdinal` finds it again. A request that is cancelled leaves an ordinal that no generation has. */
async function takeOrdinals(db: Database, tx: Tx, id: string): Promise<void> {
  // All of them in one order, before the first is read: two that are asked for at once do not wait for each other in a circle.
  const waiting = await db.rows<{ id: number; key: string }>(
    tx,
    `SELECT id, key FROM delivery WHERE id IN (SELECT delivery_id FROM reingestion_delivery WHERE reingestion = $1::uuid AND state = 'waiting')
     ORDER BY id FOR UPDATE`,
    id,
  );
  for (let from = 0; from < waiting.length; from += AT_ONCE) {
    const some = waiting.slice(from, from + AT_ONCE);
    await db.execute(
      tx,
      `WITH asked AS (SELECT * FROM unnest($1::uuid[], $2::bigint[]) AS a(request, delivery)),
         raised AS (UPDATE delivery d SET next_ordinal = d.next_ordinal + 1 FROM asked WHERE d.id = asked.delivery RETURNING d.id, d.next_ordinal)
       INSERT INTO ingest_request (id, delivery_id, ordinal)
       SELECT asked.request, raised.id, raised.next_ordinal - 1 FROM raised JOIN asked ON asked.delivery = raised.id`,
      some.map(({ key }) => uuidv5(id, key)),
      some.map((each) => each.id),
    );
  }
}

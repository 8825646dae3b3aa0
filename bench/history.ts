import type { Database } from "../server/adapters/postgres/database";
import { DAY, MINUTE, type Micros } from "../server/observation/time";

export const SPAN = 5 * MINUTE;
const TABLES = [
  "window",
  "revision",
  "delivery",
  "generation",
  "touch",
  "claim",
  "projection_state",
  "projection_day",
  "day_file",
  "served_dataset",
];

/**
 * Writes history straight into the ledger, as the line leaves it: each window built once of one delivery, which claims and touches it, and projected; its days
 * are put together and shown. The rows are those that the line writes; the files and points that they name are not there.
 * @param from number of the first window, `to` behind the last; window n begins at `start + n * SPAN`
 */
export async function addHistory(
  db: Database,
  dataset: string,
  start: number,
  from: number,
  to: number,
): Promise<void> {
  const bounds = "h.dataset, h.start_us, h.end_us";
  await db.execute(
    undefined,
    `WITH h AS MATERIALIZED (
       SELECT $1::text AS dataset, $2::bigint + n * ${SPAN}::bigint AS start_us, $2::bigint + (n + 1) * ${SPAN}::bigint AS end_us,
         nextval(pg_get_serial_sequence('delivery', 'id')) AS delivery, nextval(pg_get_serial_sequence('generation', 'id')) AS generation,
         encode(sha256(convert_to($1::text || ' ' || n, 'UTF8')), 'hex') AS hash
       FROM generate_series($3::bigint, $4::bigint - 1) AS n),
     d AS (INSERT INTO delivery (id, key, dataset, start_us, end_us, payload_sha256, payload_key, payload_bytes, priority, collected_us, current_generation)
       SELECT delivery, hash, ${bounds}, hash, 'payloads/' || hash || '.parquet', 50000, 0, end_us, generation FROM h),
     g AS (INSERT INTO generation (id, delivery_id, ordinal, command_id, map_hash, map_version, rows, stations, rows_rejected, bad_cells, unmapped)
       SELECT generation, delivery, 0, gen_random_uuid(), hash, 1, 1000, 1000, 0, '{}', '{}' FROM h),
     t AS (INSERT INTO touch (generation_id, window_start_us, window_end_us, dataset, delivery_id, rows, stations)
       SELECT generation, start_us, end_us, dataset, delivery, 1000, 1000 FROM h),
     c AS (INSERT INTO claim (delivery_id, window_start_us, window_end_us, dataset, start_us, end_us)
       SELECT delivery, start_us, end_us, dataset, start_us, end_us FROM h),
     w AS (INSERT INTO "window" (dataset, start_us, end_us, declared_span, desired_hash, built_hash, output, last_revision, coverage_share, complete, gaps,
         need, state, stale, reason, deliveries, rows)
       SELECT ${bounds}, 'PT5M', hash, hash, 'revision', 1, 1, true, '[]', 'none', 'built', false, 'complete and built', 1, 1000 FROM h),
     p AS (INSERT INTO projection_state (projection, dataset, start_us, end_us, wanted, done, done_at, product_revision, products)
       SELECT 'pygeoapi', ${bounds}, 1, 1, now(), 1, json_build_array(json_build_object('name', 'features', 'path', 'pygeoapi/' || h.dataset || '/'
         || hash || '.parquet', 'bytes', 30000, 'sha256', hash)) FROM h)
     INSERT INTO revision (dataset, start_us, end_us, revision, output, current, file_key, sha256, bytes, rows, stations, columns, desired_hash, map_hashes,
         deliveries, coverage_share, complete, publications)
       SELECT ${bounds}, 1, 'revision', true, 'datasets/' || hash || '.parquet', hash, 30000, 1000, 1000, '[]', hash, '{}', '[]', 1, true, 1 FROM h`,
    dataset,
    start,
    from,
    to,
  );
  await addDays(db, dataset, start + from * SPAN, start + to * SPAN);
}

async function addDays(db: Database, dataset: string, start: Micros, end: Micros): Promise<void> {
  await db.execute(
    undefined,
    `WITH s AS MATERIALIZED (
       SELECT dataset, start_us - start_us % ${DAY} AS day, count(*) * 1000 AS rows,
         json_agg(json_build_object('start', start_us, 'end', end_us, 'revision', 1) ORDER BY start_us) AS covered
       FROM projection_state WHERE projection = 'pygeoapi' AND dataset = $1 AND start_us >= $2::bigint AND start_us < $3::bigint GROUP BY 1, 2),
     d AS (INSERT INTO projection_day (projection, dataset, day_us, compacted, owed) SELECT 'pygeoapi', dataset, day, 1, false FROM s
       ON CONFLICT DO NOTHING),
     f AS (INSERT INTO day_file (key, projection, dataset, day_us, current, product, covered, rows, left_at)
       SELECT 'pygeoapi/' || dataset || '/days/' || day, 'pygeoapi', dataset, day, true,
         json_build_object('name', 'day', 'path', 'pygeoapi/' || dataset || '/days/' || day || '.parquet', 'bytes', 8000000, 'sha256', ''), covered, rows, NULL
       FROM s ON CONFLICT DO NOTHING)
     INSERT INTO served_dataset (projection, dataset, served, served_at) SELECT DISTINCT 'pygeoapi', dataset, 1, now() FROM s ON CONFLICT DO NOTHING`,
    dataset,
    start,
    end,
  );
}

/** What autovacuum does by and by. */
export async function settleHistory(db: Database): Promise<void> {
  for (const table of TABLES) await db.execute(undefined, `VACUUM (ANALYZE) "${table}"`);
  await db.execute(undefined, "CHECKPOINT");
}

/** Least squares: y = at0 + perX * x. */
export function leastSquares(points: readonly (readonly [x: number, y: number])[]): {
  at0: number;
  perX: number;
} {
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point[0]), mean((point) => point[1])];
  const perX = mean((p) => (p[0] - x) * (p[1] - y)) / (mean((p) => (p[0] - x) ** 2) || 1);
  return { at0: y - perX * x, perX };
}

import { DAY, HOUR, type Micros } from "../../observation/time";
import type { HourOfLine } from "../../ports/views";
import { type Database, us } from "./database";

/**
 * The last day hour by hour, the hour that runs included. Reads what was ingested and built in that time, by the indexes on it. The lag is that of live
 * windows, which ended within a day before they were built: a backfill of last year is not late.
 * $1: start of the first hour, µs
 */
const LAST_DAY = `
  WITH hours AS (SELECT $1::bigint + i * ${HOUR} AS start FROM generate_series(0, 23) i),
    came AS (
      SELECT ${us("date_trunc('hour', ingested_at, 'UTC')")} AS start, sum(rows)::bigint AS rows, sum(rows_rejected)::bigint AS rejected, count(*) AS deliveries
      FROM generation WHERE ingested_at >= timestamptz 'epoch' + $1::bigint * interval '1 microsecond' GROUP BY 1),
    made AS (
      SELECT ${us("date_trunc('hour', built_at, 'UTC')")} AS start, count(*) AS windows,
        (percentile_cont(0.5) WITHIN GROUP (ORDER BY ${us("built_at")} - end_us) FILTER (WHERE revision = 1 AND end_us > ${us("built_at")} - ${DAY} AND end_us <= ${us("built_at")}))::bigint AS lag
      FROM revision WHERE built_at >= timestamptz 'epoch' + $1::bigint * interval '1 microsecond' GROUP BY 1)
  SELECT h.start, coalesce(c.rows, 0) AS rows, coalesce(c.rejected, 0) AS rejected, coalesce(c.deliveries, 0) AS deliveries, coalesce(m.windows, 0) AS windows, m.lag
  FROM hours h LEFT JOIN came c USING (start) LEFT JOIN made m USING (start) ORDER BY h.start`;

/** @param now by the database's clock, µs */
export async function lastDay(db: Database, now: Micros): Promise<readonly HourOfLine[]> {
  const first = now - (now % HOUR) - 23 * HOUR;
  return db.rows<HourOfLine>(undefined, LAST_DAY, first);
}

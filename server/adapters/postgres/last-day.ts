import { DAY, HOUR, type Micros } from "../../observation/time";
import type { HourOfLine } from "../../ports/views";
import { type Database, us } from "./database";

/** Whether a run that began so asked for the revision r's window after its end. */
const collectedBy = (trigger: "person" | "first-fill") => `EXISTS (
        SELECT FROM asked a WHERE a.trigger = '${trigger}' AND a.dataset = r.dataset AND a.start_us < r.end_us AND a.end_us > r.start_us
          AND a.at > r.end_us AND a.at <= ${us("r.built_at")})`;

/**
 * The last day hour by hour, the hour that runs included. Reads what was ingested and built in that time, by the indexes on it. The lag is that of live
 * windows, which ended within a day before they were built: a backfill of last year is not late. Nor is what a person asked to build, or collected when
 * its time was over, or what a new installation began with: that tells when the person came, not how fast the line is.
 * $1: start of the first hour, µs
 */
const LAST_DAY = `
  WITH hours AS (SELECT $1::bigint + i * ${HOUR} AS start FROM generate_series(0, 23) i),
    came AS (
      SELECT ${us("date_trunc('hour', ingested_at, 'UTC')")} AS start, sum(rows)::bigint AS rows, sum(rows_rejected)::bigint AS rejected, count(*) AS deliveries
      FROM generation WHERE ingested_at >= timestamptz 'epoch' + $1::bigint * interval '1 microsecond' GROUP BY 1),
    asked AS MATERIALIZED (
      SELECT s.dataset, n.trigger, n.start_us, n.end_us, ${us("n.requested_at")} AS at FROM run n JOIN source s ON s.name = n.source
      WHERE n.trigger IN ('person', 'first-fill') AND n.requested_at >= timestamptz 'epoch' + ($1::bigint - ${DAY}) * interval '1 microsecond'),
    revisions AS (
      SELECT r.built_at, ${us("r.built_at")} AS at, r.end_us, r.revision, r.requested OR ${collectedBy("person")} AS by_hand, r.revision = 1 AND ${collectedBy("first-fill")} AS at_first
      FROM revision r WHERE r.built_at >= timestamptz 'epoch' + $1::bigint * interval '1 microsecond'),
    made AS (
      SELECT ${us("date_trunc('hour', built_at, 'UTC')")} AS start, count(*) AS windows, count(*) FILTER (WHERE by_hand) AS by_hand,
        (percentile_cont(0.5) WITHIN GROUP (ORDER BY at - end_us)
          FILTER (WHERE revision = 1 AND NOT by_hand AND NOT at_first AND end_us > at - ${DAY} AND end_us <= at))::bigint AS lag
      FROM revisions GROUP BY 1)
  SELECT h.start, coalesce(c.rows, 0) AS rows, coalesce(c.rejected, 0) AS rejected, coalesce(c.deliveries, 0) AS deliveries, coalesce(m.windows, 0) AS windows,
    coalesce(m.by_hand, 0) AS "byHand", m.lag
  FROM hours h LEFT JOIN came c USING (start) LEFT JOIN made m USING (start) ORDER BY h.start`;

/** @param now by the database's clock, µs */
export async function lastDay(db: Database, now: Micros): Promise<readonly HourOfLine[]> {
  const first = now - (now % HOUR) - 23 * HOUR;
  return db.rows<HourOfLine>(undefined, LAST_DAY, first);
}

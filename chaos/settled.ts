import type pg from "pg";
import { DAY } from "../server/observation/time";

/** What still has to be done, by kind; empty when nothing is. */
export async function owed(client: pg.Client): Promise<Readonly<Record<string, number>>> {
  const { rows } = await client.query<{ what: string; n: number }>(`
    SELECT 'messages not worked' AS what, count(*)::int AS n FROM inbox WHERE settled_at IS NULL AND dead_at IS NULL
    UNION ALL SELECT 'messages not published', count(*)::int FROM outbox WHERE published_at IS NULL
    UNION ALL SELECT 'windows to be judged', count(*)::int FROM "window" WHERE look_again_us = 0
    UNION ALL SELECT 'windows owed a build', count(*)::int FROM "window" WHERE need = 'due' OR build_now
    UNION ALL SELECT 'leases on windows', count(*)::int FROM "window" WHERE lease_until IS NOT NULL
    UNION ALL SELECT 'reprocesses', count(*)::int FROM reprocess
    UNION ALL SELECT 'reprocesses of ranges', count(*)::int FROM reprocessing WHERE ended_at IS NULL
    UNION ALL SELECT 'projections', count(*)::int FROM projection_state WHERE wanted > done
    UNION ALL SELECT 'datasets to be shown to readers', count(*)::int FROM served_dataset WHERE changed > served
    UNION ALL SELECT 'points to be removed', count(*)::int FROM generation WHERE points = 'removing'
    UNION ALL SELECT 'payloads to be removed', count(*)::int FROM delivery WHERE payload = 'removing'
    UNION ALL SELECT 'days to be put together', count(*)::int FROM projection_day d JOIN projection p ON p.name = d.projection AND p.enabled
      WHERE d.owed AND d.day_us + ${DAY} < extract(epoch FROM clock_timestamp()) * 1000000
    UNION ALL SELECT 'runs', count(*)::int FROM run WHERE state NOT IN ('done', 'refused', 'discarded', 'cancelled')`);
  return Object.fromEntries(rows.filter(({ n }) => n > 0).map(({ what, n }) => [what, n]));
}

/**
 * What still has to be done of what people asked for, while a schedule goes on.
 * @param before the schedules' windows begin here, µs
 */
export async function owedToPeople(
  client: pg.Client,
  before: number,
): Promise<Readonly<Record<string, number>>> {
  const { rows } = await client.query<{ what: string; n: number }>(
    `SELECT 'messages not worked' AS what, count(*)::int AS n FROM inbox WHERE settled_at IS NULL AND dead_at IS NULL AND ${NAMES_BEFORE}
     UNION ALL SELECT 'messages not published', count(*)::int FROM outbox WHERE published_at IS NULL AND ${NAMES_BEFORE}
     UNION ALL SELECT 'windows', count(*)::int FROM "window"
       WHERE end_us <= $1 AND (look_again_us = 0 OR need = 'due' OR build_now OR lease_until IS NOT NULL)
     UNION ALL SELECT 'reprocesses', count(*)::int FROM reprocess WHERE end_us <= $1
     UNION ALL SELECT 'reprocesses of ranges', count(*)::int FROM reprocessing WHERE ended_at IS NULL
     UNION ALL SELECT 'projections', count(*)::int FROM projection_state WHERE end_us <= $1 AND wanted > done
     UNION ALL SELECT 'runs', count(*)::int FROM run WHERE trigger = 'person' AND state NOT IN ('done', 'refused', 'discarded', 'cancelled')`,
    [before],
  );
  return Object.fromEntries(rows.filter(({ n }) => n > 0).map(({ what, n }) => [what, n]));
}

const NAMES_BEFORE = `(body->>'end_time')::timestamptz <= to_timestamp($1::bigint / 1000000.0)`;

/** Why something is not done, a line each: what was tried, how often, and when it is tried again. */
export async function whyOwed(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ line: string }>(`
    (SELECT concat_ws(' ', 'message', queue, id, 'attempt', attempts, 'crashes', crashes, error, retry_at) AS line
       FROM inbox WHERE settled_at IS NULL AND dead_at IS NULL LIMIT 5)
    UNION ALL (SELECT concat_ws(' ', 'window', dataset, to_timestamp(start_us / 1000000), state, reason, error, 'retry', to_timestamp(retry_us / 1000000))
       FROM "window" WHERE need = 'due' OR build_now OR look_again_us = 0 OR lease_until IS NOT NULL LIMIT 5)
    UNION ALL (SELECT concat_ws(' ', 'projection', dataset, to_timestamp(start_us / 1000000), 'attempt', attempts, error, retry_at)
       FROM projection_state WHERE wanted > done LIMIT 5)
    UNION ALL (SELECT concat_ws(' ', 'reprocess', p.number, p.state, i.dataset, to_timestamp(i.start_us / 1000000), i.state, 'attempt', i.attempts, i.reason)
       FROM reprocessing p LEFT JOIN reprocessing_window i ON i.reprocessing = p.id AND i.state <> 'ended' WHERE p.ended_at IS NULL LIMIT 5)
    UNION ALL (SELECT concat_ws(' ', 'run', source, state, error) FROM run WHERE state NOT IN ('done', 'refused', 'discarded', 'cancelled') LIMIT 5)`);
  return rows.map(({ line }) => line);
}

import type { Tx } from "../../ports/transactions";
import type { Window } from "../../window/model";
import type { Database } from "./database";

/** Windows in one statement at most. */
const CHUNK = 1_000;

/** The declared span in force at a window's start, of the dataset $1. */
export const DECLARED =
  "(SELECT declared FROM dataset_span s WHERE s.dataset = $1 AND s.from_us <= start_us ORDER BY from_us DESC LIMIT 1)";

/** Windows that have no row yet get one, by which the reconciler finds them; `reason` is shown until it has judged them. */
export const ADD_UNJUDGED = `
  INSERT INTO "window" (dataset, start_us, end_us, declared_span, desired_hash, coverage_share, complete, gaps, need, state, stale, reason, look_again_us)
  SELECT DISTINCT $1, start_us, end_us, ${DECLARED}, '', 0, false, '[]'::jsonb, 'settling', 'open', false, $4, 0
  FROM unnest($2::bigint[], $3::bigint[]) AS given(start_us, end_us) ON CONFLICT DO NOTHING`;

/**
 * A locked row is passed over: the settings are locked, so no judgement can hold it, and a build that does judges the window itself, by what stands
 * when these have been let go of.
 */
const MARK = `
  WITH marked AS MATERIALIZED (
    SELECT w.start_us, w.end_us FROM "window" w JOIN unnest($2::bigint[], $3::bigint[]) AS given(s, e) ON w.start_us = s AND w.end_us = e
    WHERE w.dataset = $1 FOR UPDATE OF w SKIP LOCKED)
  UPDATE "window" w SET look_again_us = 0 FROM marked m WHERE w.dataset = $1 AND w.start_us = m.start_us AND w.end_us = m.end_us`;

/** Has the windows judged by the reconciler, each in a transaction of its own: no lock of a window is taken here. */
export async function judgeLater(db: Database, tx: Tx, windows: readonly Window[]): Promise<void> {
  for (const dataset of new Set(windows.map((window) => window.dataset))) {
    const own = windows.filter((window) => window.dataset === dataset);
    for (let from = 0; from < own.length; from += CHUNK) {
      const chunk = own.slice(from, from + CHUNK);
      const key = [dataset, chunk.map(({ start }) => start), chunk.map(({ end }) => end)] as const;
      await db.execute(tx, MARK, ...key);
      await db.execute(tx, ADD_UNJUDGED, ...key, "one of many that a delivery concerns: looked at next");
    }
    await db.notify(tx, { noun: "window", key: dataset });
  }
}

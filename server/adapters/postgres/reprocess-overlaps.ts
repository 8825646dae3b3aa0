import type { ReprocessPlan } from "../../ports/reprocessings";
import type { ReprocessPreview } from "../../reprocess/model";
import { type Asked, overlapText } from "../../reprocess/overlap";
import type { Window } from "../../window/model";
import type { Database } from "./database";
import { CLASSIFIED, valuesOf } from "./reprocess-plan";

interface Overlap extends Asked {
  readonly number: number;
  readonly windows: number;
  readonly examples: readonly Window[];
}

/** Windows of a choice that would run and that other reprocesses have still to do, by reprocess, oldest first. Where none is active nothing is read. */
export async function previewOverlaps(
  db: Database,
  plan: ReprocessPlan,
): Promise<ReprocessPreview["alreadyAsked"]> {
  const [active] = await db.rows(
    undefined,
    "SELECT 1 AS one FROM reprocessing WHERE ended_at IS NULL LIMIT 1",
  );
  if (!active) return [];
  const rows = await db.rows<Overlap>(
    undefined,
    `${CLASSIFIED}
     SELECT r.number, r.state, r.depth, count(*) AS windows,
       to_json((array_agg(json_build_object('dataset', c.dataset, 'start', c.start_us, 'end', c.end_us) ORDER BY c.end_us DESC, c.dataset))[1:3]) AS examples
     FROM classified c JOIN reprocessing_window i ON i.dataset = c.dataset AND i.start_us = c.start_us AND i.end_us = c.end_us AND i.state <> 'ended'
       JOIN reprocessing r ON r.id = i.reprocessing AND r.ended_at IS NULL
     WHERE c.why = 'runs' GROUP BY r.number, r.state, r.depth ORDER BY r.number`,
    ...valuesOf(plan),
  );
  return rows.map(({ depth, state, ...rest }) => ({
    ...rest,
    state,
    what: overlapText(plan.depth, { state, depth }),
  }));
}

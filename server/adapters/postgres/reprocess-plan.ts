import { DAY } from "../../observation/time";
import type { ReprocessPlan } from "../../ports/reprocessings";
import type { Tx } from "../../ports/transactions";
import type { LeftOut, ReprocessPreview, StartReprocess } from "../../reprocess/model";
import type { Window } from "../../window/model";
import { type Database, us } from "./database";

/** Why a window that is meant does not run; what stands beside it on every page. */
const REASONS: Readonly<Record<LeftOut, string>> = {
  sealed: "sealed: points are deleted together with their payloads, so that nothing can be built in any more",
  "nothing-built": "no revision yet, so that there is nothing to project",
  "no-rows": "the current revision has no rows, so that there is no file to project",
  waiting:
    "never built, and still waiting for missing deliveries; built without them only where that is asked for",
  "nothing-received": "nothing was received; collecting again from the source may bring something",
  "no-projection": "no projection is enabled, so that no product is made",
  "no-source": "no source here brings this dataset, so that it cannot be collected",
  ahead: "not begun yet",
};

/** What a projection that is enabled still owes the window w. */
const owesProducts = (more: string) =>
  `EXISTS (SELECT FROM projection p LEFT JOIN projection_state s ON s.projection = p.name AND s.dataset = w.dataset AND s.start_us = w.start_us AND s.end_us = w.end_us
     WHERE p.enabled AND ${more})`;

/** Whether a desired delivery of the window w is like that. */
const delivered = (condition: string) =>
  `EXISTS (SELECT FROM touch t JOIN delivery d ON d.id = t.delivery_id AND d.current_generation = t.generation_id JOIN generation g ON g.id = t.generation_id
     WHERE t.dataset = w.dataset AND t.window_start_us = w.start_us AND t.window_end_us = w.end_us AND t.rows > 0 AND d.withdrawn_at IS NULL AND ${condition})`;

/**
 * The windows of a choice and what becomes of each: `why` is "unmeant", "runs", or why it is left out. Reads the windows of the ranges and what is
 * kept of them, by their keys. No window is longer than a day, which bounds the range of the index.
 * $1: ranges, $2: behaviour, $3: depth, $4: forced, $5: windows by their spans, $6: datasets that can be collected
 */
export const CLASSIFIED = `
  WITH known AS (
    SELECT DISTINCT w.dataset, w.start_us, w.end_us FROM jsonb_to_recordset($1::jsonb) AS r(dataset text, start bigint, "end" bigint)
      JOIN "window" w ON w.dataset = r.dataset AND w.end_us > r.start AND w.end_us < r."end" + ${DAY} AND w.start_us < r."end"),
  facts AS (
    SELECT w.dataset, w.start_us, w.end_us, w.output, w.need, w.complete, w.stale, w.state,
      w.sealed_at IS NOT NULL AND w.built_hash IS DISTINCT FROM w.desired_hash AS remnant, w.sealed_at IS NOT NULL AS sealed, coalesce(w.lease_until > clock_timestamp(), false) AS building,
      CASE WHEN $2 IN ('missing', 'missing-failed') THEN ${owesProducts("s.wanted IS NULL OR s.done < s.wanted")} END AS owing,
      CASE WHEN $2 = 'missing-failed' THEN ${owesProducts("s.done < s.wanted AND s.error IS NOT NULL")} END AS failing,
      $3 <> 'projections' AND w.sealed_at IS NULL AND ${delivered("g.points <> 'present'")} AS restored,
      $3 <> 'projections' AND w.sealed_at IS NULL AND ${delivered("d.payload <> 'present'")} AS payload_gone
    FROM known JOIN "window" w USING (dataset, start_us, end_us)
    UNION ALL
    SELECT dataset, start, "end", NULL, NULL, false, false, NULL, false, false, false, NULL, NULL, false, false
    FROM (SELECT DISTINCT dataset, start, "end" FROM jsonb_to_recordset($5::jsonb) AS s(dataset text, start bigint, "end" bigint)) s
    WHERE NOT EXISTS (SELECT FROM "window" w WHERE w.dataset = s.dataset AND w.start_us = s.start AND w.end_us = s."end")),
  classified AS (
    SELECT f.*, CASE
      WHEN NOT CASE $2
        WHEN 'all' THEN true
        WHEN 'stale' THEN stale
        WHEN 'missing' THEN output IS NULL OR (CASE $3 WHEN 'projections' THEN output = 'none' OR owing ELSE output = 'none' END)
        ELSE output IS NULL OR output = 'none' OR failing OR ($3 = 'projections' AND owing) OR ($3 <> 'projections' AND state = 'failed') END THEN 'unmeant'
      WHEN start_us >= ${us("clock_timestamp()")} THEN 'ahead'
      WHEN $3 = 'collect' AND NOT dataset = ANY($6::text[]) THEN 'no-source'
      WHEN $3 <> 'collect' AND output IS NULL THEN 'nothing-received'
      WHEN $3 = 'projections' AND output = 'none' THEN 'nothing-built'
      WHEN $3 = 'projections' AND output = 'empty' THEN 'no-rows'
      WHEN $3 = 'projections' AND NOT EXISTS (SELECT FROM projection p WHERE p.enabled) THEN 'no-projection'
      -- What is collected would be too late for it, for ever.
      WHEN $3 = 'collect' AND sealed OR $3 <> 'projections' AND remnant THEN 'sealed'
      WHEN $3 = 'dataset' AND output = 'none' AND NOT complete AND need IN ('waiting', 'settling') AND NOT $4 THEN 'waiting'
      ELSE 'runs' END AS why
    FROM facts f)`;

const OPEN = `end_us > ${us("clock_timestamp()")}`;

/** What is still to come of an open window is missing: an unbuilt one is built with gaps only where that is asked for. */
const ONLY_COLLECTED = `($3 = 'collect' AND coalesce(output, 'none') = 'none' AND NOT $4 AND ${OPEN})`;

interface Group {
  readonly why: LeftOut | "unmeant" | "runs";
  readonly windows: number;
  readonly replaced: number;
  readonly unsettled: number;
  readonly collectedOnly: number;
  readonly building: number;
  readonly kept: number;
  readonly restored: number;
  readonly payloadsGone: number;
  readonly examples: readonly Window[];
}

/** The parameters of `CLASSIFIED`. */
export function valuesOf({ ranges, behaviour, depth, forced, spanned, collectable }: ReprocessPlan) {
  return [JSON.stringify(ranges), behaviour, depth, forced, JSON.stringify(spanned), collectable] as const;
}

/** What a choice would do, but for what other reprocesses do already. */
export async function previewReprocess(
  db: Database,
  plan: ReprocessPlan,
): Promise<Omit<ReprocessPreview, "alreadyAsked">> {
  const groups = await db.rows<Group>(
    undefined,
    `${CLASSIFIED}
     SELECT why, count(*) AS windows, count(*) FILTER (WHERE output = 'revision') AS replaced,
       count(*) FILTER (WHERE $3 <> 'projections' AND (need = 'settling' OR output IS NULL AND ${OPEN}) AND NOT ${ONLY_COLLECTED}) AS unsettled,
       count(*) FILTER (WHERE ${ONLY_COLLECTED}) AS "collectedOnly",
       count(*) FILTER (WHERE $3 <> 'projections' AND building) AS building, count(*) FILTER (WHERE $3 <> 'projections' AND sealed) AS kept, count(*) FILTER (WHERE restored) AS restored, count(*) FILTER (WHERE payload_gone) AS "payloadsGone",
       to_json((array_agg(json_build_object('dataset', dataset, 'start', start_us, 'end', end_us) ORDER BY end_us DESC, dataset) FILTER (WHERE why NOT IN ('runs', 'unmeant')))[1:3]) AS examples
     FROM classified GROUP BY why ORDER BY count(*) DESC, why`,
    ...valuesOf(plan),
  );
  const runs = groups.find(({ why }) => why === "runs");
  const sum = (some: readonly Group[]) => some.reduce((total, { windows }) => total + windows, 0);
  return {
    inRange: sum(groups),
    meant: sum(groups.filter(({ why }) => why !== "unmeant")),
    willRun: runs?.windows ?? 0,
    replaced: runs?.replaced ?? 0,
    unsettled: runs?.unsettled ?? 0,
    collectedOnly: runs?.collectedOnly ?? 0,
    building: runs?.building ?? 0,
    kept: runs?.kept ?? 0,
    restored: runs?.restored ?? 0,
    payloadsGone: runs?.payloadsGone ?? 0,
    leftOut: groups.flatMap(({ why, windows, examples }) =>
      why === "runs" || why === "unmeant" ? [] : [{ why, reason: REASONS[why], windows, examples }],
    ),
  };
}

/** What is collected is in the order of days and datasets, so that windows that share a run are neighbours. */
function orderOf({ newestFirst, depth }: StartReprocess): string {
  const way = newestFirst ? "DESC" : "ASC";
  return depth === "collect"
    ? `div(start_us, ${DAY}) ${way}, dataset, end_us ${way}`
    : `end_us ${way}, dataset, start_us`;
}

/** Writes a reprocessing down with its windows, those that are left out with their reason. False when its id was there already. */
export async function insertReprocessing(
  db: Database,
  tx: Tx,
  id: string,
  request: StartReprocess,
  plan: ReprocessPlan,
): Promise<boolean> {
  const made = await db.execute(
    tx,
    `INSERT INTO reprocessing (id, ranges, behaviour, depth, forced, newest_first, note) VALUES ($1::uuid, $2::jsonb, $3, $4, $5::boolean, $6::boolean, $7)
     ON CONFLICT (id) DO NOTHING`,
    id,
    JSON.stringify(request.ranges),
    request.behaviour,
    request.depth,
    request.forced,
    request.newestFirst,
    request.note || null,
  );
  if (made === 0) return false;
  await db.execute(
    tx,
    `${CLASSIFIED}
     INSERT INTO reprocessing_window (reprocessing, dataset, start_us, end_us, position, state, left_out, outcome, reason, ended_at)
     SELECT $7::uuid, dataset, start_us, end_us, row_number() OVER (ORDER BY ${orderOf(request)}),
       CASE why WHEN 'runs' THEN 'waiting' ELSE 'ended' END, why <> 'runs', CASE WHEN why <> 'runs' THEN 'not-run' END, $8::jsonb ->> why,
       CASE WHEN why <> 'runs' THEN clock_timestamp() END
     FROM classified WHERE why <> 'unmeant'`,
    ...valuesOf(plan),
    id,
    JSON.stringify(REASONS),
  );
  return true;
}

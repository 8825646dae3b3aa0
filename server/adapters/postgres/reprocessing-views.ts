import { NotFound } from "../../errors";
import { MINUTE, type Micros, SECOND } from "../../observation/time";
import type { Page } from "../../ports/views";
import type {
  ReprocessCounts,
  ReprocessedWindow,
  ReprocessingView,
  ReprocessOutcome,
} from "../../reprocess/model";
import { type Database, us } from "./database";

/** Counts of a reprocessing's windows. */
interface Counted {
  readonly total: number;
  readonly ended: number;
  readonly waiting: number;
  readonly leftOut: number;
  readonly outcomes: Readonly<Partial<Record<ReprocessOutcome, number>>>;
  /** Ended by work in the last minutes, and the part of them in which it ran, µs. */
  readonly lately: number;
  readonly worked: Micros | undefined;
}

interface Row extends Omit<ReprocessingView, "counts" | "perMinute" | "remaining">, Counted {
  /** Whether windows wait for a run that fails: how long that lasts nobody knows. */
  readonly held: boolean;
  /** What was counted when it ended. */
  readonly counts: Counted | undefined;
}

/** How far back windows count for the rate, µs. */
const LATELY = 5 * MINUTE;
/** Out of fewer windows no rate is made, nor out of less than a moment. */
const LEAST_ENDED = 3;
const LEAST_WORKED = SECOND;

/**
 * Counts the windows of a reprocessing, by the index on their state. Nothing is read where `id` is null. For the rate count those that ended lately,
 * since it was last begun, resumed or retried: in a pause, or after its end, it makes none.
 */
export const COUNTS = (id: string) => `
  SELECT coalesce(sum(n), 0)::int AS total, coalesce(sum(n) FILTER (WHERE state = 'ended'), 0)::int AS ended, coalesce(sum(n) FILTER (WHERE state = 'waiting'), 0)::int AS waiting,
    coalesce(sum(left_out), 0)::int AS "leftOut", coalesce(sum(lately), 0)::int AS lately,
    ${us("clock_timestamp()")} - greatest(min(since), ${us("min(first)")})::bigint AS worked,
    coalesce(json_object_agg(outcome, n) FILTER (WHERE outcome IS NOT NULL AND state = 'ended'), '{}') AS outcomes
  FROM (SELECT state, outcome, count(*) AS n, count(*) FILTER (WHERE left_out) AS left_out, min(begun_at) AS first, min(s.since) AS since,
      count(*) FILTER (WHERE NOT left_out AND outcome <> 'cancelled' AND ${us("ended_at")} > s.since) AS lately
    FROM (SELECT greatest(${us("running_since")}, ${us("clock_timestamp()")} - ${LATELY}) AS since FROM reprocessing WHERE id = ${id}) s, reprocessing_window w
    WHERE w.reprocessing = ${id} GROUP BY state, outcome) by_outcome`;

/** Why a run that windows wait for has not come through yet; null where none has failed. */
const FAILING_RUN = (runs: string) => `(
  SELECT f.source || ': ' || f.error || '; its run is tried again by itself' FROM run f
  WHERE f.id IN (SELECT r::uuid FROM jsonb_array_elements_text(${runs}) r) AND f.state = 'failed' AND f.error IS NOT NULL LIMIT 1)`;

/** Reprocessings with the counts of their windows: one that has ended is not counted again. */
const VIEW = (which: string) => `
  SELECT r.id::text, r.number, r.ranges, r.behaviour, r.depth, r.forced, r.newest_first AS "newestFirst", r.note, r.state,
    ${us("r.made_at")} AS "madeAt", ${us("r.ended_at")} AS "endedAt", r.counts, c.*, r.counts IS NULL AND EXISTS (
      SELECT FROM reprocessing_window w WHERE w.reprocessing = r.id AND w.state = 'collecting' AND ${FAILING_RUN("w.runs")} IS NOT NULL) AS held
  FROM (${which}) r CROSS JOIN LATERAL (${COUNTS("CASE WHEN r.counts IS NULL THEN r.id END")}) c
  ORDER BY r.number DESC`;

const NUMBER = /^\d{1,15}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const OUTCOMES = ["changed", "unchanged", "kept", "failed", "not-run", "cancelled"] as const;

function countsOf({ total, ended, waiting, leftOut, outcomes }: Counted): ReprocessCounts {
  return {
    asked: total - leftOut,
    finished: ended - leftOut - (outcomes.cancelled ?? 0),
    waiting,
    underWay: total - ended - waiting,
    leftOut,
    outcomes: Object.fromEntries(OUTCOMES.map((each) => [each, outcomes[each] ?? 0])) as Record<
      ReprocessOutcome,
      number
    >,
  };
}

function shown(row: Row): ReprocessingView {
  const {
    total: _t,
    ended: _e,
    waiting: _w,
    leftOut: _l,
    outcomes: _o,
    lately,
    worked,
    held,
    counts: kept,
    ...rest
  } = row;
  const counts = countsOf(kept ?? row);
  const perMinute =
    row.state === "running" && lately >= LEAST_ENDED && (worked ?? 0) >= LEAST_WORKED
      ? (lately * MINUTE) / (worked ?? 1)
      : undefined;
  return {
    ...rest,
    counts,
    perMinute,
    remaining:
      perMinute === undefined || held
        ? undefined
        : Math.round(((counts.waiting + counts.underWay) / perMinute) * MINUTE),
  };
}

export async function listReprocessings(
  db: Database,
  limit: number,
  cursor: string | undefined,
): Promise<Page<ReprocessingView>> {
  const rows = await db.rows<Row>(
    undefined,
    VIEW(
      "SELECT * FROM reprocessing WHERE ($1::bigint IS NULL OR number < $1::bigint) ORDER BY number DESC LIMIT $2",
    ),
    cursor === undefined ? null : Number(cursor),
    limit + 1,
  );
  const items = rows.slice(0, limit).map(shown);
  return { items, next: rows.length > limit ? String(items.at(-1)?.number) : undefined };
}

/** @param id its UUID, or its number @throws NotFound */
export async function getReprocessing(db: Database, id: string): Promise<ReprocessingView> {
  const known = NUMBER.test(id)
    ? "number = $1::bigint"
    : UUID.test(id)
      ? "id = $1::uuid"
      : "false AND $1 = ''";
  const [row] = await db.rows<Row>(undefined, VIEW(`SELECT * FROM reprocessing WHERE ${known}`), id);
  if (!row) throw new NotFound(`no reprocessing ${id}`, { shownBy: "ionbeam reprocess list shows them" });
  return shown(row);
}

/** Whether the ledger has nothing of the window w. */
const UNKNOWN = `NOT EXISTS (SELECT FROM "window" x WHERE x.dataset = w.dataset AND x.start_us = w.start_us AND x.end_us = w.end_us)`;
const NOTHING_CAME = "nothing was received for it, so that there is no window to make";

/** A reprocessing's windows in its order; the cursor is the position of the last one shown. */
export async function reprocessedWindows(
  db: Database,
  id: string,
  filter: {
    readonly outcomes?: readonly ReprocessOutcome[] | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
): Promise<Page<Omit<ReprocessedWindow, "hasPage">>> {
  const rows = await db.rows<Omit<ReprocessedWindow, "hasPage"> & { position: number }>(
    undefined,
    `SELECT dataset, start_us AS start, end_us AS "end", position, state, CASE WHEN state = 'ended' THEN outcome END AS outcome,
       coalesce(reason, CASE WHEN state = 'collecting' THEN ${FAILING_RUN("w.runs")} WHEN state = 'ended' AND ${UNKNOWN} THEN '${NOTHING_CAME}' END) AS reason, runs, attempts,
       revision_before AS "revisionBefore", revision_after AS "revisionAfter", ${us("begun_at")} AS "begunAt", ${us("ended_at")} AS "endedAt"
     FROM reprocessing_window w
     WHERE reprocessing = $1::uuid AND ($2::text[] IS NULL OR (state = 'ended' AND outcome = ANY($2::text[]))) AND position > $3::int
     ORDER BY position LIMIT $4`,
    id,
    filter.outcomes ?? null,
    filter.cursor === undefined ? 0 : Number(filter.cursor),
    filter.limit + 1,
  );
  const items = rows.slice(0, filter.limit);
  return {
    items: items.map(({ position: _, ...window }) => window),
    next: rows.length > filter.limit ? String(items.at(-1)?.position) : undefined,
  };
}

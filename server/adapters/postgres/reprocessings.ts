import { NotFound } from "../../errors";
import { AGGREGATION_QUEUE } from "../../ingest/messages";
import type {
  ActiveReprocessing,
  CollectedRuns,
  ReprocessingFilter,
  Reprocessings,
  ReprocessPlan,
  ReprocessStep,
} from "../../ports/reprocessings";
import type { Tx } from "../../ports/transactions";
import type { ReprocessOutcome, ReprocessState, StartReprocess, StepState } from "../../reprocess/model";
import { INGEST_QUEUE, ingestCommandId } from "../../source/messages";
import type { Window } from "../../window/model";
import { KEY, keyOf } from "./builds";
import { type Database, us } from "./database";
import { previewOverlaps } from "./reprocess-overlaps";
import { insertReprocessing, previewReprocess } from "./reprocess-plan";
import { COUNTS, getReprocessing, listReprocessings, reprocessedWindows } from "./reprocessing-views";
import { lock as lockWindow } from "./window-lock";

const STEP = `i.reprocessing::text, i.dataset, i.start_us AS start, i.end_us AS "end", i.state, i.round, i.attempts, i.runs, i.reason, ${us("i.begun_at")} AS "begunAt"`;
const STEP_KEY = "dataset = $1 AND start_us = $2::bigint AND end_us = $3::bigint AND reprocessing = $4::uuid";

/** What the enabled projections have made of the window i, as one text. */
const PRODUCTS = `(SELECT md5(string_agg(s.projection || s.products::text, ',' ORDER BY s.projection)) FROM projection_state s
  JOIN projection p ON p.name = s.projection AND p.enabled WHERE s.dataset = i.dataset AND s.start_us = i.start_us AND s.end_us = i.end_us)`;

const stepKey = (step: ReprocessStep) => [...keyOf(step), step.reprocessing] as const;

/** Why a run r, or what it brought (x: to be ingested, y: its windows to be told), will never be. */
const REFUSAL = `CASE WHEN r.id IS NULL THEN 'its run is not known any more'
  WHEN x.dead_at IS NOT NULL THEN 'what the source brought cannot be ingested: ' || coalesce(x.dead_reason, '')
  WHEN y.dead_at IS NOT NULL THEN 'the windows cannot be told of it: ' || coalesce(y.dead_reason, '')
  WHEN r.state IN ('cancelling', 'cancelled') THEN r.source || ': its run was cancelled'
  WHEN r.state IN ('refused', 'discarded') THEN r.source || ': ' || coalesce(r.error, 'its run was not made') END`;

/** Reprocessings in PostgreSQL. */
export class PostgresReprocessings implements Reprocessings {
  constructor(private readonly db: Database) {}

  async preview(plan: ReprocessPlan) {
    return {
      ...(await previewReprocess(this.db, plan)),
      alreadyAsked: await previewOverlaps(this.db, plan),
    };
  }

  async start(tx: Tx, id: string, request: StartReprocess, plan: ReprocessPlan): Promise<boolean> {
    const made = await insertReprocessing(this.db, tx, id, request, plan);
    if (made) await this.changed(tx);
    return made;
  }

  async lock(tx: Tx, id: string): Promise<ReprocessState> {
    const [row] = await this.db.rows<{ state: ReprocessState }>(
      tx,
      "SELECT state FROM reprocessing WHERE id = $1::uuid FOR UPDATE",
      id,
    );
    if (!row) throw new NotFound(`no reprocessing ${id}`, { shownBy: "ionbeam reprocess list shows them" });
    return row.state;
  }

  async setState(tx: Tx, id: string, state: ReprocessState): Promise<void> {
    await this.db.execute(
      tx,
      `UPDATE reprocessing SET state = $2, ended_at = CASE WHEN $2 IN ('done', 'cancelled') THEN clock_timestamp() END, counts = NULL,
         running_since = CASE WHEN $2 = 'running' AND state <> 'running' THEN clock_timestamp() ELSE running_since END WHERE id = $1::uuid`,
      id,
      state,
    );
    await this.changed(tx);
  }

  cancelWaiting(tx: Tx, id: string): Promise<number> {
    return this.db.execute(
      tx,
      `UPDATE reprocessing_window SET state = 'ended', outcome = 'cancelled', reason = NULL, ended_at = clock_timestamp()
       WHERE reprocessing = $1::uuid AND state = 'waiting'`,
      id,
    );
  }

  retry(tx: Tx, id: string, outcomes: readonly ReprocessOutcome[]): Promise<number> {
    const tried = `EXISTS (SELECT FROM jsonb_array_elements_text(i.runs) x JOIN run r ON r.id = x::uuid WHERE r.state IN ('queued', 'running', 'failed'))`;
    return this.db.execute(
      tx,
      `UPDATE reprocessing_window i SET state = CASE WHEN ${tried} THEN 'collecting' ELSE 'waiting' END, runs = CASE WHEN ${tried} THEN runs ELSE '[]' END,
         begun_at = CASE WHEN ${tried} THEN clock_timestamp() END, outcome = NULL, reason = NULL, round = round + 1, attempts = 0, revision_after = NULL, ended_at = NULL
       WHERE reprocessing = $1::uuid AND state = 'ended' AND NOT left_out AND outcome = ANY($2::text[])`,
      id,
      outcomes,
    );
  }

  list(limit: number, cursor: string | undefined) {
    return listReprocessings(this.db, limit, cursor);
  }

  get(id: string) {
    return getReprocessing(this.db, id);
  }

  windows(id: string, filter: ReprocessingFilter) {
    return reprocessedWindows(this.db, id, filter);
  }

  active(): Promise<readonly ActiveReprocessing[]> {
    return this.db.rows<ActiveReprocessing>(
      undefined,
      "SELECT id::text, state, depth, forced FROM reprocessing WHERE ended_at IS NULL ORDER BY number",
    );
  }

  steps(id: string, state: StepState, limit: number): Promise<readonly ReprocessStep[]> {
    return this.db.rows<ReprocessStep>(
      undefined,
      `SELECT ${STEP} FROM reprocessing_window i WHERE reprocessing = $1::uuid AND state = $2 ORDER BY position LIMIT $3`,
      id,
      state,
      limit,
    );
  }

  async underWay(id: string): Promise<number> {
    const [row] = await this.db.rows<{ n: number }>(
      undefined,
      "SELECT count(*) AS n FROM reprocessing_window WHERE reprocessing = $1::uuid AND state IN ('collecting', 'building', 'projecting')",
      id,
    );
    return row?.n ?? 0;
  }

  async begin(tx: Tx, step: ReprocessStep, state: StepState, runs: readonly string[]): Promise<void> {
    await this.db.execute(
      tx,
      // What was there before is what was there before it was collected.
      `UPDATE reprocessing_window i SET state = $5, runs = $6::jsonb, begun_at = coalesce(begun_at, clock_timestamp()),
         products_before = CASE WHEN state = 'waiting' THEN ${PRODUCTS} ELSE products_before END,
         revision_before = CASE WHEN state = 'waiting' THEN (SELECT r.revision FROM revision r
           WHERE r.dataset = $1 AND r.start_us = $2::bigint AND r.end_us = $3::bigint AND r.current) ELSE revision_before END
       WHERE ${STEP_KEY} AND state = $7`,
      ...stepKey(step),
      state,
      JSON.stringify(runs),
      step.state,
    );
    // What failed to be restored for somebody else, before, says nothing about this time.
    if (state === "building")
      await this.db.execute(
        tx,
        `UPDATE restore SET attempts = 0, error = NULL, retry_us = NULL WHERE attempts > 0 AND generation_id IN (
           SELECT t.generation_id FROM touch t WHERE t.dataset = $1 AND t.window_start_us = $2::bigint AND t.window_end_us = $3::bigint)`,
        ...keyOf(step),
      );
    await this.changed(tx);
  }

  async end(
    tx: Tx,
    step: ReprocessStep,
    outcome: ReprocessOutcome,
    reason: string | undefined,
  ): Promise<void> {
    await this.db.execute(
      tx,
      `UPDATE reprocessing_window SET state = 'ended', outcome = $5, reason = $6, ended_at = clock_timestamp() WHERE ${STEP_KEY} AND state = $7`,
      ...stepKey(step),
      outcome,
      reason ?? null,
      step.state,
    );
    await this.changed(tx);
  }

  async endProjected(id: string, attempts: number): Promise<number> {
    const ended = await this.db.execute(
      undefined,
      `WITH through AS (
         SELECT i.dataset, i.start_us, i.end_us, i.products_before IS DISTINCT FROM ${PRODUCTS} AS changed, s.error
         FROM reprocessing_window i CROSS JOIN LATERAL (
           SELECT count(*) AS open, min(p.name || ': ' || s.error) FILTER (WHERE s.error IS NOT NULL AND s.attempts >= $2::int AND (s.lease_until IS NULL OR s.lease_until <= clock_timestamp())) AS error
           FROM projection_state s JOIN projection p ON p.name = s.projection AND p.enabled
           WHERE s.dataset = i.dataset AND s.start_us = i.start_us AND s.end_us = i.end_us AND s.wanted > s.done) s
         WHERE i.reprocessing = $1::uuid AND i.state = 'projecting' AND (s.open = 0 OR s.error IS NOT NULL))
       UPDATE reprocessing_window i SET state = 'ended', ended_at = clock_timestamp(), reason = coalesce(t.error, i.reason),
         outcome = CASE WHEN t.error IS NOT NULL THEN 'failed' ELSE coalesce(i.outcome, CASE WHEN t.changed THEN 'changed' ELSE 'unchanged' END) END
       FROM through t WHERE i.reprocessing = $1::uuid AND i.dataset = t.dataset AND i.start_us = t.start_us AND i.end_us = t.end_us AND i.state = 'projecting'`,
      id,
      attempts,
    );
    if (ended > 0) await this.changed(undefined);
    return ended;
  }

  failing(id: string, attempts: number): Promise<readonly ReprocessStep[]> {
    return this.db.rows<ReprocessStep>(
      undefined,
      `SELECT ${STEP.replace("i.reason", "coalesce(i.reason, r.error) AS reason")} FROM reprocessing_window i LEFT JOIN LATERAL (
         SELECT min(r.error) AS error FROM touch t JOIN delivery d ON d.id = t.delivery_id AND d.current_generation = t.generation_id
           JOIN restore r ON r.generation_id = t.generation_id
         WHERE t.dataset = i.dataset AND t.window_start_us = i.start_us AND t.window_end_us = i.end_us AND r.attempts >= $2::int AND r.error IS NOT NULL) r ON true
       WHERE i.reprocessing = $1::uuid AND i.state = 'building' AND (i.attempts >= $2::int OR r.error IS NOT NULL)`,
      id,
      attempts,
    );
  }

  stranded(id: string): Promise<readonly ReprocessStep[]> {
    return this.db.rows<ReprocessStep>(
      undefined,
      `SELECT ${STEP.replace("i.reason", "coalesce(i.reason, w.reason) AS reason")} FROM reprocessing_window i
         LEFT JOIN "window" w ON w.dataset = i.dataset AND w.start_us = i.start_us AND w.end_us = i.end_us
       WHERE i.reprocessing = $1::uuid AND i.state = 'building' AND coalesce(w.lease_until <= clock_timestamp(), true)
         AND (w.need IS DISTINCT FROM 'due' OR NOT EXISTS (SELECT FROM reprocess r
           WHERE r.dataset = i.dataset AND r.start_us = i.start_us AND r.end_us = i.end_us AND r.request_key = i.reprocessing::text))`,
      id,
    );
  }

  async withdrawRequest(tx: Tx, step: ReprocessStep): Promise<void> {
    await lockWindow(this.db, tx, step);
    await this.db.execute(
      tx,
      `DELETE FROM reprocess WHERE ${KEY} AND request_key = $4`,
      ...keyOf(step),
      step.reprocessing,
    );
    // Whoever builds it finds its token taken. What is owed all the same is built on.
    await this.db.execute(
      tx,
      `UPDATE "window" w SET fence = greatest(fence + 1, pg_current_xact_id()::text::bigint), lease_until = NULL, look_again_us = 0
       WHERE ${KEY} AND lease_until IS NOT NULL AND built_hash = desired_hash
         AND NOT EXISTS (SELECT FROM reprocess r WHERE r.dataset = w.dataset AND r.start_us = w.start_us AND r.end_us = w.end_us)`,
      ...keyOf(step),
    );
  }

  async collected(runs: readonly string[]): Promise<CollectedRuns> {
    const rows = await this.db.rows<{
      ingested: boolean;
      refusal: string | undefined;
      passing: string | undefined;
    }>(
      undefined,
      `SELECT coalesce(r.state = 'done' AND y.settled_at IS NOT NULL AND y.discarded_at IS NULL, false) AS ingested,
         ${REFUSAL} AS refusal, CASE WHEN r.state = 'failed' THEN r.source || ': ' || coalesce(r.error, 'its run failed') END AS passing
       FROM unnest($1::uuid[], $2::uuid[]) AS k(run, command) LEFT JOIN run r ON r.id = k.run
         LEFT JOIN inbox x ON x.queue = $3 AND x.id = k.command LEFT JOIN inbox y ON y.queue = $4 AND y.id = k.command`,
      runs,
      runs.map(ingestCommandId),
      INGEST_QUEUE,
      AGGREGATION_QUEUE,
    );
    // One source that refuses is nothing to a window that another one brings.
    const open = rows.filter(({ refusal }) => refusal === undefined);
    return {
      ingested: open.length > 0 && open.every(({ ingested }) => ingested),
      refusal: open.length === 0 ? rows[0]?.refusal : undefined,
      passing: open.find(({ passing }) => passing !== undefined)?.passing,
    };
  }

  async wantProjections(tx: Tx, window: Window): Promise<void> {
    await this.db.execute(
      tx,
      `INSERT INTO projection_state (projection, dataset, start_us, end_us, wanted)
       SELECT p.name, $1, $2::bigint, $3::bigint, r.revision FROM projection p JOIN revision r ON r.dataset = $1 AND r.start_us = $2::bigint AND r.end_us = $3::bigint AND r.current
       WHERE p.enabled
       ON CONFLICT (projection, dataset, start_us, end_us) DO UPDATE SET wanted = excluded.wanted, wanted_at = clock_timestamp(),
         attempts = 0, error = NULL, retry_at = NULL, done = least(projection_state.done, excluded.wanted - 1)`,
      ...keyOf(window),
    );
    await this.db.notify(tx, { noun: "projection", key: window.dataset });
  }

  async finish(tx: Tx, id: string): Promise<void> {
    // By the index of what is open. Looked for once before the lock, and once more under it: somebody may try windows again just now.
    const open = async () => {
      const [row] = await this.db.rows(
        tx,
        "SELECT 1 AS one FROM reprocessing_window WHERE reprocessing = $1::uuid AND state IN ('waiting', 'collecting', 'building', 'projecting') LIMIT 1",
        id,
      );
      return row !== undefined;
    };
    if (await open()) return;
    const state = await this.lock(tx, id);
    if (state === "done" || state === "cancelled" || (await open())) return;
    await this.setState(tx, id, state === "cancelling" ? "cancelled" : "done");
    await this.db.execute(
      tx,
      `UPDATE reprocessing r SET counts = to_jsonb(c) FROM (${COUNTS("$1::uuid")}) c WHERE r.id = $1::uuid`,
      id,
    );
  }

  private changed(tx: Tx | undefined): Promise<void> {
    return this.db.notify(tx, { noun: "reprocess" });
  }
}

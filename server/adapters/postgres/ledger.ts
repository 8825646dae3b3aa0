import { NotFound } from "../../errors";
import { LIVE_FOR } from "../../lane";
import type { Interval } from "../../observation/interval";
import type { Micros } from "../../observation/time";
import type { BuildCommit, BuildPlan, BuildResult, CoverageChange, Ledger } from "../../ports/ledger";
import type { Tx } from "../../ports/transactions";
import type {
  BuildPhase,
  Judgement,
  SpanRule,
  Touch,
  Window,
  WindowFacts,
  WindowRecord,
} from "../../window/model";
import { beginBuild } from "./begin-build";
import { commitBuild, renewBuild } from "./builds";
import { coverageChange, followCoverage, OWES_COVERAGE } from "./coverage";
import type { Database } from "./database";
import { PostgresDeliveries } from "./deliveries";
import { judgeLater } from "./judge-later";
import { wantRestores } from "./restores";
import { askedOf, damagedOf, exclusionsOf, lock, RECORD } from "./window-lock";

/** Live windows and backfill are two ranges, each cut by itself: a month that is filled must not hide what is due today. */
const liveFirst = (condition: string, order: string) => {
  const half = (ends: string) =>
    `(SELECT dataset, start_us, end_us, build_now FROM "window" WHERE ${condition} AND end_us ${ends} ORDER BY ${order} LIMIT $2)`;
  return `(SELECT * FROM (${half("> $3::bigint")} UNION ALL ${half("<= $3::bigint")}) AS halves
    ORDER BY end_us > $3::bigint DESC, end_us LIMIT $2)`;
};

/** $1: now, $2: how many of each kind, $3: what ends later is live. */
const DUE_WINDOWS = `
  SELECT dataset, start_us AS start, end_us AS "end", bool_or(build_now) AS "buildNow"
  FROM (${liveFirst("look_again_us <= $1::bigint", "look_again_us")} UNION ALL ${liveFirst("build_now", "end_us")}) AS due
  GROUP BY dataset, start_us, end_us ORDER BY end_us > $3::bigint DESC, end_us, dataset`;

/** The ledger in PostgreSQL. */
export class PostgresLedger extends PostgresDeliveries implements Ledger {
  constructor(db: Database) {
    super(db);
  }

  now(tx: Tx): Promise<Micros> {
    return this.db.now(tx);
  }

  async spans(tx: Tx, dataset: string): Promise<readonly SpanRule[]> {
    const rules = await this.db.rows<SpanRule>(
      tx,
      `SELECT from_us AS "from", span_us AS span, declared FROM dataset_span WHERE dataset = $1 ORDER BY from_us`,
      dataset,
    );
    if (rules.length === 0)
      throw new NotFound(`no dataset ${dataset}`, { shownBy: "ionbeam dataset list shows them" });
    return rules;
  }

  async lockWindow(tx: Tx, window: Window): Promise<WindowFacts> {
    await lock(this.db, tx, window);
    const key = [window.dataset, window.start, window.end] as const;
    const touches = await this.db.rows<Touch>(
      tx,
      `SELECT d.id AS "deliveryId", d.key AS "deliveryKey", g.command_id::text AS generation, t.rows, t.stations,
         nullif(g.points <> 'present', false) AS gone, CASE WHEN g.points <> 'present' THEN r.error END AS "restoreError"
       FROM touch t JOIN delivery d ON d.id = t.delivery_id AND d.current_generation = t.generation_id JOIN generation g ON g.id = t.generation_id
         LEFT JOIN restore r ON r.generation_id = g.id
       WHERE t.dataset = $1 AND t.window_start_us = $2::bigint AND t.window_end_us = $3::bigint AND d.withdrawn_at IS NULL AND t.rows > 0
       ORDER BY d.key`,
      ...key,
    );
    const claims = await this.db.rows<Interval>(
      tx,
      // A delivery that is received but not yet ingested claims nothing: the window would be complete without its rows.
      `SELECT c.start_us AS start, c.end_us AS "end" FROM claim c JOIN delivery d ON d.id = c.delivery_id AND d.current_generation IS NOT NULL
       WHERE c.dataset = $1 AND c.window_start_us = $2::bigint AND c.window_end_us = $3::bigint ORDER BY c.start_us, c.end_us`,
      ...key,
    );
    const [record] = await this.db.rows<WindowRecord>(
      tx,
      `SELECT ${RECORD} FROM "window" w WHERE dataset = $1 AND start_us = $2::bigint AND end_us = $3::bigint`,
      ...key,
    );
    const asked = await askedOf(this.db, tx, window);
    const damaged = touches.length > 0 ? undefined : await damagedOf(this.db, tx, window);
    return {
      window,
      touches,
      claims,
      asked: { ...asked, damaged },
      exclusions: await exclusionsOf(this.db, tx, window),
      record,
    };
  }

  async saveJudgement(tx: Tx, window: Window, judgement: Judgement): Promise<void> {
    const key = [window.dataset, window.start, window.end] as const;
    if (!judgement.exists) {
      await this.db.execute(
        tx,
        `DELETE FROM "window" WHERE dataset = $1 AND start_us = $2::bigint AND end_us = $3::bigint AND last_revision = 0`,
        ...key,
      );
      // Nobody asked for the window that may come at its place one day.
      await this.db.execute(
        tx,
        "DELETE FROM reprocess WHERE dataset = $1 AND start_us = $2::bigint AND end_us = $3::bigint",
        ...key,
      );
      await this.db.notify(tx, { noun: "window", key: window.dataset });
      return;
    }
    const pointsCame = await wantRestores(this.db, tx, judgement.restore);
    await this.db.execute(
      tx,
      `INSERT INTO "window" (dataset, start_us, end_us, declared_span, desired_hash, first_change_us, last_change_us, output, coverage_share,
         complete, gaps, need, state, stale, reason, build_now, look_again_us, attempts, error, retry_us, deliveries, rows, ready_at,
         asked_again, reason_class)
       SELECT $1, $2::bigint, $3::bigint,
         (SELECT declared FROM dataset_span s WHERE s.dataset = $1 AND s.from_us <= $2::bigint ORDER BY from_us DESC LIMIT 1),
         $4, $5::bigint, $6::bigint, 'none', $7::float8, $8::boolean, $9::jsonb, $10, $11, $12::boolean, $13,
         $14::boolean OR ($10 IN ('none', 'sealed') AND $11 <> 'building' AND ${OWES_COVERAGE}), $15::bigint,
         $16::int, $17, $18::bigint, t.deliveries, t.rows, CASE WHEN $10 = 'due' THEN clock_timestamp() END, $19::boolean, $20
       FROM (SELECT count(*)::int AS deliveries, coalesce(sum(t.rows), 0)::bigint AS rows
             FROM touch t JOIN delivery d ON d.id = t.delivery_id AND d.current_generation = t.generation_id
             WHERE t.dataset = $1 AND t.window_start_us = $2::bigint AND t.window_end_us = $3::bigint AND d.withdrawn_at IS NULL AND t.rows > 0) t
       ON CONFLICT (dataset, start_us, end_us) DO UPDATE SET
         desired_hash = excluded.desired_hash, first_change_us = excluded.first_change_us, last_change_us = excluded.last_change_us,
         coverage_share = excluded.coverage_share, complete = excluded.complete, gaps = excluded.gaps, need = excluded.need,
         state = excluded.state, stale = excluded.stale, reason = excluded.reason,
         asked_again = excluded.asked_again, reason_class = excluded.reason_class, build_now = excluded.build_now,
         look_again_us = excluded.look_again_us, attempts = excluded.attempts, error = excluded.error, retry_us = excluded.retry_us,
         deliveries = excluded.deliveries, rows = excluded.rows, judged_at = clock_timestamp(),
         ready_at = CASE WHEN excluded.need = 'due' AND "window".need <> 'due' THEN clock_timestamp() ELSE "window".ready_at END`,
      ...key,
      judgement.desiredHash,
      judgement.firstChange ?? null,
      judgement.lastChange ?? null,
      judgement.coverage.share,
      judgement.coverage.complete,
      JSON.stringify(judgement.coverage.gaps),
      judgement.need.kind,
      judgement.state,
      judgement.stale,
      judgement.reason,
      judgement.buildNow,
      pointsCame ? 0 : (judgement.lookAgainAt ?? null),
      judgement.attempts,
      judgement.error ?? null,
      judgement.retryAt ?? null,
      judgement.askedAgain,
      judgement.reasonClass,
    );
    await this.db.notify(tx, { noun: "window", key: window.dataset });
  }

  async dueWindows(
    tx: Tx,
    now: Micros,
    limit: number,
  ): Promise<readonly { window: Window; buildNow: boolean }[]> {
    const rows = await this.db.rows<Window & { buildNow: boolean }>(
      tx,
      DUE_WINDOWS,
      now,
      limit,
      now - LIVE_FOR,
    );
    return rows.map(({ buildNow, ...window }) => ({ window, buildNow }));
  }

  judgeLater(tx: Tx, windows: readonly Window[]): Promise<void> {
    return judgeLater(this.db, tx, windows);
  }

  /** The request also ends the back-off of earlier failures: a person who asks does not wait for it. */
  async requestReprocess(tx: Tx, window: Window, requestKey: string, forced: boolean): Promise<boolean> {
    const key = [window.dataset, window.start, window.end] as const;
    const made = await this.db.execute(
      tx,
      `INSERT INTO reprocess (dataset, start_us, end_us, request_key, forced) VALUES ($1, $2::bigint, $3::bigint, $4, $5)
       ON CONFLICT DO NOTHING`,
      ...key,
      requestKey,
      forced,
    );
    if (made === 0) return false;
    await this.db.execute(
      tx,
      `UPDATE "window" SET retry_us = NULL, attempts = 0, error = NULL WHERE dataset = $1 AND start_us = $2::bigint AND end_us = $3::bigint`,
      ...key,
    );
    return true;
  }

  beginBuild(tx: Tx, window: Window, leaseMs: number): Promise<BuildPlan | undefined> {
    return beginBuild(this.db, tx, window, leaseMs);
  }

  renewBuild(tx: Tx, window: Window, token: number, leaseMs: number, phase?: BuildPhase): Promise<boolean> {
    return renewBuild(this.db, tx, window, token, leaseMs, phase);
  }

  commitBuild(
    tx: Tx,
    plan: BuildPlan,
    result: BuildResult,
    retryAt: Micros | undefined,
  ): Promise<BuildCommit> {
    return commitBuild(this.db, tx, plan, result, retryAt);
  }

  coverageChange(tx: Tx, window: Window): Promise<CoverageChange | undefined> {
    return coverageChange(this.db, tx, window);
  }

  followCoverage(tx: Tx, change: CoverageChange, manifestKey: string | undefined): Promise<void> {
    return followCoverage(this.db, tx, change, manifestKey);
  }
}

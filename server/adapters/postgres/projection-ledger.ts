import { LIVE_FOR, laneOf } from "../../lane";
import type { Lane } from "../../message";
import type { Interval } from "../../observation/interval";
import type { Micros } from "../../observation/time";
import type { ProjectionLedger, ProjectionPlan } from "../../ports/projection-ledger";
import type { Tx } from "../../ports/transactions";
import { columnsHash } from "../../projection/columns-hash";
import type { Product } from "../../projection/plugin";
import type { Window } from "../../window/model";
import { currentRevision } from "./builds";
import { type Database, timestamp } from "./database";
import { datasetColumns, growColumns } from "./dataset-columns";
import { dayChanged, shownChanged } from "./days";

const KEY = "projection = $1 AND dataset = $2 AND start_us = $3::bigint AND end_us = $4::bigint";
const OWED =
  "wanted > done AND (lease_until IS NULL OR lease_until <= clock_timestamp()) AND (retry_at IS NULL OR retry_at <= clock_timestamp() OR retry_at > clock_timestamp() + interval '65 minutes')";

function keyOf(projection: string, window: Window): readonly [string, string, number, number] {
  return [projection, window.dataset, window.start, window.end];
}

/** State per (projection, window) in PostgreSQL. */
export class PostgresProjectionLedger implements ProjectionLedger {
  /** @param quietMs how long a day rests after a change, see `DayPolicy` */
  constructor(
    private readonly db: Database,
    private readonly quietMs: number,
  ) {}

  async begin(projection: string, window: Window, leaseMs: number): Promise<ProjectionPlan | undefined> {
    return this.db.run(async (tx) => {
      const [state] = await this.db.rows<{ token: number; attempt: number }>(
        tx,
        `UPDATE projection_state SET fence = fence + 1, attempts = attempts + 1, lease_until = clock_timestamp() + $5 * interval '1 millisecond'
         WHERE ${KEY} AND ${OWED} RETURNING fence AS token, attempts AS attempt`,
        ...keyOf(projection, window),
        leaseMs,
      );
      if (!state) return undefined;
      const revision = await currentRevision(this.db, tx, window);
      if (!revision) return undefined;
      const all = await datasetColumns(this.db, tx, projection, window.dataset, revision.columns);
      return { projection, window, ...state, revision, datasetColumns: all };
    });
  }

  async renew(plan: ProjectionPlan, leaseMs: number): Promise<boolean> {
    const changed = await this.db.execute(
      undefined,
      `UPDATE projection_state SET lease_until = clock_timestamp() + $6 * interval '1 millisecond' WHERE ${KEY} AND fence = $5::bigint`,
      ...keyOf(plan.projection, plan.window),
      plan.token,
      leaseMs,
    );
    return changed > 0;
  }

  async done(tx: Tx, plan: ProjectionPlan, products: readonly Product[]): Promise<boolean> {
    const { projection, window, revision } = plan;
    const [before] = await this.db.rows<{ changed: boolean }>(
      tx,
      `SELECT products <> $5::jsonb OR product_revision <> $6::int AS changed FROM projection_state WHERE ${KEY} FOR UPDATE`,
      ...keyOf(projection, window),
      JSON.stringify(products),
      revision.revision,
    );
    const changed = await this.db.execute(
      tx,
      `UPDATE projection_state SET done = $6::int, product_revision = $6::int, products = $7::jsonb, columns_hash = $8, lease_until = NULL, attempts = 0, error = NULL,
         retry_at = NULL, done_at = clock_timestamp() WHERE ${KEY} AND fence = $5::bigint AND done <= $6::int`,
      ...keyOf(projection, window),
      plan.token,
      revision.revision,
      JSON.stringify(products),
      columnsHash(plan.datasetColumns),
    );
    if (changed > 0 && before?.changed) {
      await growColumns(this.db, tx, projection, window.dataset, revision.columns);
      await dayChanged(this.db, tx, projection, window, this.quietMs);
    } else if (changed > 0) {
      // Written again under its own name: what readers are shown still holds the file of before, which may be why somebody asked for it.
      await shownChanged(this.db, tx, projection, window.dataset);
    }
    await this.db.notify(tx, { noun: "projection", key: window.dataset });
    return changed > 0;
  }

  async failed(plan: ProjectionPlan, error: string, retryAt: Micros): Promise<void> {
    await this.db.execute(
      undefined,
      `UPDATE projection_state SET lease_until = NULL, error = $6, retry_at = ${timestamp("$7")} WHERE ${KEY} AND fence = $5::bigint`,
      ...keyOf(plan.projection, plan.window),
      plan.token,
      error,
      retryAt,
    );
    await this.db.notify(undefined, { noun: "projection", key: plan.window.dataset });
  }

  async due(limit: number): Promise<readonly { projection: string; window: Window; lane: Lane }[]> {
    const now = await this.db.now();
    // Two ranges of the index on what is owed, each cut by itself: a month of backfill must not hide an hour of today.
    const half = (ends: string) =>
      `(SELECT s.projection, s.dataset, s.start_us AS start, s.end_us AS "end" FROM projection_state s
        JOIN projection p ON p.name = s.projection AND p.enabled WHERE ${OWED} AND s.end_us ${ends} ORDER BY s.end_us LIMIT $1)`;
    const rows = await this.db.rows<Window & { projection: string }>(
      undefined,
      `SELECT * FROM (${half("> $2::bigint")} UNION ALL ${half("<= $2::bigint")}) AS owed ORDER BY "end" > $2::bigint DESC, "end" LIMIT $1`,
      limit,
      now - LIVE_FOR,
    );
    return rows.map(({ projection, ...window }) => ({ projection, window, lane: laneOf(window.end, now) }));
  }

  async retry(tx: Tx, projection: string, window: Window | undefined): Promise<number> {
    const changed = await this.db.execute(
      tx,
      `UPDATE projection_state SET retry_at = NULL, attempts = 0
       WHERE projection = $1 AND wanted > done AND error IS NOT NULL AND (lease_until IS NULL OR lease_until <= clock_timestamp())
         AND ($2::text IS NULL OR (dataset = $2 AND start_us = $3::bigint AND end_us = $4::bigint))`,
      projection,
      window?.dataset ?? null,
      window?.start ?? null,
      window?.end ?? null,
    );
    if (changed > 0) await this.db.notify(tx, { noun: "projection", key: window?.dataset ?? projection });
    return changed;
  }

  async products(projection: string, window: Window): Promise<readonly Product[]> {
    const [row] = await this.db.rows<{ products: readonly Product[] }>(
      undefined,
      `SELECT products FROM projection_state WHERE ${KEY}`,
      ...keyOf(projection, window),
    );
    return row?.products ?? [];
  }

  async want(tx: Tx, projection: string, dataset: string, range: Interval): Promise<number> {
    const windows = await this.db.execute(
      tx,
      `INSERT INTO projection_state (projection, dataset, start_us, end_us, wanted)
       SELECT $1, dataset, start_us, end_us, revision FROM revision
       WHERE dataset = $2 AND current AND start_us < $4::bigint AND end_us > $3::bigint
       ON CONFLICT (projection, dataset, start_us, end_us) DO UPDATE SET wanted = excluded.wanted, wanted_at = clock_timestamp(),
         attempts = 0, error = NULL, retry_at = NULL, done = least(projection_state.done, excluded.wanted - 1)`,
      projection,
      dataset,
      range.start,
      range.end,
    );
    if (windows > 0) await this.db.notify(tx, { noun: "projection", key: dataset });
    return windows;
  }
}

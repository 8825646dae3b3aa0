import type { CanonicalColumn } from "../../observation/column";
import type { Interval } from "../../observation/interval";
import { DAY, type Micros } from "../../observation/time";
import type {
  CoveredWindow,
  DayLedger,
  DayPlan,
  DayPolicy,
  DayRef,
  DayState,
  DayVerdict,
  PlannedFile,
} from "../../ports/day-ledger";
import type { Tx } from "../../ports/transactions";
import { columnsHash } from "../../projection/columns-hash";
import { planFiles } from "../../projection/plan-files";
import type { Product } from "../../projection/plugin";
import type { Window } from "../../window/model";
import { type Database, timestamp, us } from "./database";

const KEY = "projection = $1 AND dataset = $2 AND day_us = $3::bigint";

export function dayOf(start: Micros): Micros {
  return Math.floor(start / DAY) * DAY;
}

const keyOf = ({ projection, dataset, day }: DayRef) => [projection, dataset, day] as const;

/** The products of one of its windows have changed: the day is to be put together again once it is quiet, and what readers are shown has changed. */
export async function dayChanged(
  db: Database,
  tx: Tx,
  projection: string,
  window: Window,
  quietMs: number,
): Promise<void> {
  await db.execute(
    tx,
    `INSERT INTO projection_day (projection, dataset, day_us, look_again_at)
     VALUES ($1, $2, $3::bigint, clock_timestamp() + $4 * interval '1 millisecond')
     ON CONFLICT (projection, dataset, day_us) DO UPDATE SET changed = projection_day.changed + 1, changed_at = clock_timestamp(), owed = true,
       look_again_at = excluded.look_again_at, attempts = 0, error = NULL`,
    projection,
    window.dataset,
    dayOf(window.start),
    quietMs,
  );
  await shownChanged(db, tx, projection, window.dataset);
}

export async function shownChanged(db: Database, tx: Tx, projection: string, dataset: string): Promise<void> {
  await db.execute(
    tx,
    `INSERT INTO served_dataset (projection, dataset) VALUES ($1, $2)
     ON CONFLICT (projection, dataset) DO UPDATE SET changed = served_dataset.changed + 1`,
    projection,
    dataset,
  );
}

type WindowRow = CoveredWindow & { readonly products: readonly Product[] };

interface DayRow {
  readonly changed: number;
  readonly compacted: number;
  readonly attempts: number;
  readonly quiet: boolean;
  readonly settled: boolean;
  readonly open: boolean;
  readonly columns: readonly CanonicalColumn[] | undefined;
  readonly windows: readonly WindowRow[];
}

/** The part of the ledger that puts days together, in PostgreSQL. */
export class PostgresDays implements DayLedger {
  constructor(
    private readonly db: Database,
    private readonly policy: DayPolicy,
  ) {}

  async due(limit: number): Promise<readonly DayRef[]> {
    // A time further away than any that is set was written before the clock went back.
    return this.db.rows<DayRef>(
      undefined,
      `SELECT d.projection, d.dataset, d.day_us AS day FROM projection_day d JOIN projection p ON p.name = d.projection AND p.enabled
       WHERE d.owed AND (d.look_again_at <= clock_timestamp() OR d.look_again_at > clock_timestamp() + interval '65 minutes')
       ORDER BY d.look_again_at LIMIT $1`,
      limit,
    );
  }

  async verdict(day: DayRef): Promise<DayVerdict> {
    const [row] = await this.db.rows<DayRow>(
      undefined,
      `SELECT d.changed, d.compacted, d.attempts, sd.columns,
         d.changed_at + $4 * interval '1 millisecond' <= clock_timestamp() OR d.changed_at > clock_timestamp() AS quiet,
         ${timestamp(`(d.day_us + ${DAY} + coalesce(ds.subject_to_change_us, 0))`)} < clock_timestamp() AS settled,
         EXISTS (SELECT 1 FROM "window" w WHERE w.dataset = d.dataset AND w.start_us >= d.day_us AND w.start_us < d.day_us + ${DAY}
           AND (w.need IN ('due', 'settling') OR w.lease_until IS NOT NULL))
         OR EXISTS (SELECT 1 FROM projection_state s WHERE s.projection = d.projection AND s.dataset = d.dataset
           AND s.start_us >= d.day_us AND s.start_us < d.day_us + ${DAY} AND s.wanted > s.done) AS open,
         coalesce((SELECT json_agg(json_build_object('start', s.start_us, 'end', s.end_us, 'revision', s.product_revision, 'products', s.products)
             ORDER BY s.start_us) FROM projection_state s
           WHERE s.projection = d.projection AND s.dataset = d.dataset AND s.start_us >= d.day_us AND s.start_us < d.day_us + ${DAY}
             AND s.product_revision > 0), '[]') AS windows
       FROM projection_day d LEFT JOIN dataset ds ON ds.name = d.dataset
       LEFT JOIN served_dataset sd ON sd.projection = d.projection AND sd.dataset = d.dataset
       WHERE d.projection = $1 AND d.dataset = $2 AND d.day_us = $3::bigint`,
      ...keyOf(day),
      this.policy.quietMs,
    );
    if (!row?.columns) return this.wait(day);
    // A day that only lacks a column is as settled as it was when it was put together.
    const ready = row.compacted === row.changed || (row.quiet && row.settled && !row.open);
    if (!ready) return this.wait(day);
    const plan: DayPlan = {
      ...day,
      changed: row.changed,
      attempts: row.attempts,
      datasetColumns: row.columns,
      windows: row.windows,
    };
    const files = plan.windows.reduce((sum, { products }) => sum + products.length, 0);
    return { kind: files > 1 ? "compact" : "alone", plan };
  }

  private async wait(day: DayRef): Promise<DayVerdict> {
    await this.db.execute(
      undefined,
      `UPDATE projection_day SET look_again_at = greatest(clock_timestamp() + $4 * interval '1 millisecond',
         least(changed_at, clock_timestamp()) + $5 * interval '1 millisecond') WHERE ${KEY}`,
      ...keyOf(day),
      this.policy.lookMs,
      this.policy.quietMs,
    );
    return { kind: "wait" };
  }

  async announce(plan: DayPlan, key: string): Promise<void> {
    await this.db.execute(
      undefined,
      "INSERT INTO day_file (projection, dataset, day_us, key) VALUES ($1, $2, $3::bigint, $4)",
      ...keyOf(plan),
      key,
    );
  }

  async commit(
    plan: DayPlan,
    file: { key: string; product: Product; rows: number } | undefined,
  ): Promise<boolean> {
    return this.db.run(async (tx) => {
      const changed = await this.db.execute(
        tx,
        `UPDATE projection_day SET compacted = changed, owed = false, attempts = 0, error = NULL WHERE ${KEY} AND changed = $4::bigint`,
        ...keyOf(plan),
        plan.changed,
      );
      if (changed === 0) return false;
      const left = await this.db.execute(
        tx,
        `UPDATE day_file SET current = false, left_at = clock_timestamp() WHERE ${KEY} AND current`,
        ...keyOf(plan),
      );
      if (file) {
        const covered = plan.windows.map(({ start, end, revision }) => ({ start, end, revision }));
        await this.db.execute(
          tx,
          `UPDATE day_file SET current = true, left_at = NULL, product = $2::jsonb, covered = $3::jsonb, columns_hash = $4, rows = $5::bigint WHERE key = $1`,
          file.key,
          JSON.stringify(file.product),
          JSON.stringify(covered),
          columnsHash(plan.datasetColumns),
          file.rows,
        );
      }
      if (file || left > 0) await shownChanged(this.db, tx, plan.projection, plan.dataset);
      await this.db.notify(tx, { noun: "projection", key: plan.dataset });
      return true;
    });
  }

  async failed(plan: DayPlan, error: string, retryAt: Micros): Promise<void> {
    await this.db.execute(
      undefined,
      `UPDATE projection_day SET attempts = attempts + 1, error = $4, look_again_at = ${timestamp("$5")} WHERE ${KEY}`,
      ...keyOf(plan),
      error,
      retryAt,
    );
  }

  async left(): Promise<readonly string[]> {
    const rows = await this.db.rows<{ key: string }>(
      undefined,
      `SELECT key FROM day_file WHERE NOT current AND left_at < clock_timestamp() - $1 * interval '1 millisecond' LIMIT 256`,
      this.policy.keepMs,
    );
    return rows.map(({ key }) => key);
  }

  async forget(keys: readonly string[]): Promise<void> {
    await this.db.execute(
      undefined,
      "DELETE FROM day_file WHERE key = ANY($1::text[]) AND NOT current",
      keys,
    );
  }

  async files(projection: string, dataset: string, range: Interval): Promise<readonly PlannedFile[]> {
    const from = dayOf(range.start);
    // One statement: days and windows of one instant.
    const [row] = await this.db.rows<{ days: readonly DayFileRow[]; windows: readonly WindowRow[] }>(
      undefined,
      `SELECT (SELECT coalesce(json_agg(json_build_object('day', day_us, 'path', product->>'path', 'covered', covered) ORDER BY day_us), '[]')
           FROM day_file WHERE projection = $1 AND dataset = $2 AND current AND day_us >= $3::bigint AND day_us < $4::bigint) AS days,
         (SELECT coalesce(json_agg(json_build_object('start', start_us, 'end', end_us, 'revision', product_revision, 'products', products) ORDER BY start_us), '[]')
           FROM projection_state WHERE projection = $1 AND dataset = $2 AND product_revision > 0 AND start_us >= $3::bigint AND start_us < $4::bigint) AS windows`,
      projection,
      dataset,
      from,
      range.end,
    );
    const windows = (row?.windows ?? []).map(({ products, ...window }) => ({
      ...window,
      paths: products.map(({ path }) => path),
    }));
    return planFiles(row?.days ?? [], windows).filter(({ interval }) => interval.end > range.start);
  }

  async state(projection: string, dataset: string): Promise<DayState | undefined> {
    const [row] = await this.db.rows<DayState>(
      undefined,
      `SELECT ${us("sd.served_at")} AS "shownAt", sd.served >= sd.changed AS "upToDate", sd.rewriting,
         (SELECT count(*) FROM projection_day d WHERE d.projection = sd.projection AND d.dataset = sd.dataset) AS days,
         (SELECT count(*) FROM projection_day d WHERE d.projection = sd.projection AND d.dataset = sd.dataset AND NOT d.owed) AS compacted,
         coalesce(sd.error, (SELECT d.error FROM projection_day d WHERE d.projection = sd.projection AND d.dataset = sd.dataset
           AND d.owed AND d.error IS NOT NULL LIMIT 1)) AS error
       FROM served_dataset sd WHERE sd.projection = $1 AND sd.dataset = $2`,
      projection,
      dataset,
    );
    return row;
  }
}

interface DayFileRow {
  readonly day: Micros;
  readonly path: string;
  readonly covered: readonly CoveredWindow[];
}

import type { CanonicalColumn } from "../../observation/column";
import { DAY, type Micros } from "../../observation/time";
import type { DayPolicy, ShownDatasets, ShowPlan } from "../../ports/day-ledger";
import type { DatasetExtent, Product, ShownFile } from "../../projection/plugin";
import { type Database, timestamp } from "./database";
import { growColumns } from "./dataset-columns";

interface FileRow {
  readonly start: Micros;
  readonly end: Micros;
  readonly products: readonly Product[];
  readonly hash: string | undefined;
}

/** The files of each day: the day's file where nothing shadows it, else its windows' files. One row per file, in the order of time. */
const FILES = `SELECT d.day_us, f.key AS day_key, coalesce(w.start_us, d.day_us) AS start, coalesce(w.end_us, d.day_us + ${DAY}) AS "end",
    coalesce(w.products, json_build_array(f.product)::jsonb) AS products, coalesce(w.columns_hash, f.columns_hash) AS hash
  FROM projection_day d
  LEFT JOIN day_file f ON f.projection = d.projection AND f.dataset = d.dataset AND f.day_us = d.day_us AND f.current AND d.compacted = d.changed
  LEFT JOIN LATERAL (SELECT s.start_us, s.end_us, s.products, s.columns_hash FROM projection_state s
    WHERE f.key IS NULL AND s.projection = d.projection AND s.dataset = d.dataset AND s.start_us >= d.day_us AND s.start_us < d.day_us + ${DAY}
      AND s.products <> '[]') w ON true
  WHERE d.projection = $1 AND d.dataset = $2 AND (f.key IS NOT NULL OR w.start_us IS NOT NULL)`;

/** The part of the day ledger that says what readers are shown, in PostgreSQL. */
export class PostgresShownDatasets implements ShownDatasets {
  constructor(
    private readonly db: Database,
    private readonly policy: DayPolicy,
  ) {}

  async due(): Promise<readonly { readonly projection: string; readonly dataset: string }[]> {
    const over = (column: string, ms: string) =>
      `(${column} IS NULL OR ${column} + ${ms} <= clock_timestamp() OR ${column} > clock_timestamp() + interval '65 minutes')`;
    return this.db.rows(
      undefined,
      `SELECT sd.projection, sd.dataset FROM served_dataset sd JOIN projection p ON p.name = sd.projection AND p.enabled
       WHERE sd.changed > sd.served AND ${over("sd.served_at", "$1 * interval '1 millisecond'")} AND ${over("sd.retry_at", "interval '0'")}
       ORDER BY sd.served_at NULLS FIRST, sd.dataset`,
      this.policy.restMs,
    );
  }

  async plan(projection: string, dataset: string): Promise<ShowPlan | undefined> {
    return this.db.run(async (tx) => {
      await growColumns(this.db, tx, projection, dataset, []);
      const [row] = await this.db.rows<{
        changed: number;
        columns: readonly CanonicalColumn[];
        hash: string;
        files: readonly FileRow[];
      }>(
        tx,
        `SELECT sd.changed, sd.columns, sd.columns_hash AS hash,
           (SELECT coalesce(json_agg(f ORDER BY f.start), '[]') FROM (${FILES}) f) AS files
         FROM served_dataset sd WHERE sd.projection = $1 AND sd.dataset = $2`,
        projection,
        dataset,
      );
      if (!row) return undefined;
      const files = row.files.flatMap(({ start, end, products }): ShownFile[] =>
        products.map(({ path }) => ({ interval: { start, end }, path })),
      );
      const outdated = row.files.filter(({ hash }) => hash !== row.hash).length;
      return {
        projection,
        dataset,
        changed: row.changed,
        datasetColumns: row.columns,
        files,
        extent: await extentOf(this.db, dataset),
        outdated,
      };
    });
  }

  async rewrite({ projection, dataset, outdated: files }: ShowPlan, lookAgain: Micros): Promise<void> {
    await this.db.run(async (tx) => {
      const outdated = `(${FILES}) f, served_dataset sd
        WHERE sd.projection = $1 AND sd.dataset = $2 AND f.hash IS DISTINCT FROM sd.columns_hash`;
      await this.db.execute(
        tx,
        `UPDATE projection_state s SET done = s.wanted - 1, attempts = 0, error = NULL, retry_at = NULL FROM ${outdated} AND f.day_key IS NULL
           AND s.projection = $1 AND s.dataset = $2 AND s.start_us = f.start AND s.end_us = f."end" AND s.wanted <= s.done AND s.lease_until IS NULL`,
        projection,
        dataset,
      );
      await this.db.execute(
        tx,
        `UPDATE projection_day d SET owed = true, look_again_at = clock_timestamp() FROM ${outdated} AND f.day_key IS NOT NULL
           AND d.projection = $1 AND d.dataset = $2 AND d.day_us = f.day_us AND NOT d.owed`,
        projection,
        dataset,
      );
      await this.db.execute(
        tx,
        `UPDATE served_dataset SET rewriting = $3::int, retry_at = ${timestamp("$4")}, error = NULL WHERE projection = $1 AND dataset = $2`,
        projection,
        dataset,
        files,
        lookAgain,
      );
      await this.db.notify(tx, { noun: "projection", key: dataset });
    });
  }

  async shown({ projection, dataset, changed }: ShowPlan): Promise<void> {
    await this.db.execute(
      undefined,
      `UPDATE served_dataset SET served = greatest(served, $3::bigint), served_at = clock_timestamp(), retry_at = NULL, error = NULL, rewriting = 0
       WHERE projection = $1 AND dataset = $2`,
      projection,
      dataset,
      changed,
    );
    await this.db.notify(undefined, { noun: "projection", key: dataset });
  }

  async failed({ projection, dataset }: ShowPlan, error: string, retryAt: Micros): Promise<void> {
    await this.db.execute(
      undefined,
      `UPDATE served_dataset SET error = $3, retry_at = ${timestamp("$4")} WHERE projection = $1 AND dataset = $2`,
      projection,
      dataset,
      error,
      retryAt,
    );
  }
}

/** Extent over the current revisions of a dataset. Six look-ups at the ends of partial indexes: the cost does not grow with the number of windows. */
async function extentOf(db: Database, dataset: string): Promise<DatasetExtent | undefined> {
  const end = (what: string, column: string) =>
    `(SELECT ${what}(${column}) FROM revision WHERE current AND dataset = $1)`;
  const [row] = await db.rows<Record<"w" | "s" | "e" | "n" | "from" | "to", number | undefined>>(
    undefined,
    `SELECT ${end("min", "west")} AS w, ${end("min", "south")} AS s, ${end("max", "east")} AS e, ${end("max", "north")} AS n,
       ${end("min", "observed_start_us")} AS "from", ${end("max", "observed_end_us")} AS "to"`,
    dataset,
  );
  if (row?.from === undefined || row.to === undefined) return undefined;
  const { w, s, e, n } = row;
  const known = w !== undefined && s !== undefined && e !== undefined && n !== undefined;
  return { bbox: known ? [w, s, e, n] : undefined, time: { start: row.from, end: row.to } };
}

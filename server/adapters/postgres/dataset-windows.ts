import type { Micros } from "../../observation/time";
import type { CutClaim, CutGeneration, DatasetWindows, NewCut } from "../../ports/dataset-windows";
import type { Tx } from "../../ports/transactions";
import type { WindowState } from "../../window/model";
import type { Database } from "./database";
import { ADD_UNJUDGED, DECLARED } from "./judge-later";

/** States of windows that owe something; the others do not depend on a dataset's settings. */
const UNFINISHED: readonly WindowState[] = ["building", "failed", "queued", "open", "settling", "waiting"];

/**
 * The index on the state leads to what is unfinished. A locked row is passed over: no judgement can hold it (the settings are locked), so it is a
 * build that ends, and that judges the window itself as soon as the new settings stand.
 */
const JUDGE_UNFINISHED = `
  WITH unfinished AS MATERIALIZED (
    SELECT start_us, end_us FROM "window" WHERE dataset = $1 AND state = ANY($2::text[]) FOR UPDATE SKIP LOCKED)
  UPDATE "window" w SET look_again_us = 0 FROM unfinished u WHERE w.dataset = $1 AND w.start_us = u.start_us AND w.end_us = u.end_us`;

/** Marks requests of ours, so that a later change can take them back. */
const REQUEST = "change of span";

/** The windows of a dataset under a change of its settings, in PostgreSQL. */
export class PostgresDatasetWindows implements DatasetWindows {
  constructor(private readonly db: Database) {}

  async judgeUnfinished(tx: Tx, dataset: string): Promise<number> {
    const marked = await this.db.execute(tx, JUDGE_UNFINISHED, dataset, UNFINISHED);
    await this.db.notify(tx, { noun: "window", key: dataset });
    return marked;
  }

  async cutFrom(
    tx: Tx,
    dataset: string,
    from: Micros,
  ): Promise<{ generations: readonly CutGeneration[]; claims: readonly CutClaim[] }> {
    const generations = await this.db.rows<CutGeneration>(
      tx,
      `SELECT t.delivery_id AS "deliveryId", t.generation_id AS "generationId", d.key AS delivery, g.command_id::text AS generation, t.rows
       FROM (SELECT delivery_id, generation_id, sum(rows)::bigint AS rows FROM touch WHERE dataset = $1 AND window_start_us >= $2::bigint
             GROUP BY delivery_id, generation_id) t
         JOIN delivery d ON d.id = t.delivery_id AND d.current_generation = t.generation_id JOIN generation g ON g.id = t.generation_id
       WHERE t.rows > 0 ORDER BY d.key`,
      dataset,
      from,
    );
    const claims = await this.db.rows<CutClaim>(
      tx,
      `SELECT delivery_id AS "deliveryId", min(start_us) AS start, max(end_us) AS "end" FROM claim
       WHERE dataset = $1 AND window_start_us >= $2::bigint GROUP BY delivery_id ORDER BY delivery_id`,
      dataset,
      from,
    );
    return { generations, claims };
  }

  async replaceCut(tx: Tx, dataset: string, from: Micros, cut: NewCut): Promise<void> {
    for (const table of ["touch", "claim"]) {
      await this.db.execute(
        tx,
        `DELETE FROM ${table} WHERE dataset = $1 AND window_start_us >= $2::bigint`,
        dataset,
        from,
      );
    }
    await this.insertTouches(tx, dataset, cut);
    await this.insertClaims(tx, dataset, cut);
    await this.withdrawAbandoned(tx, dataset, from);
    await this.judgeFrom(tx, dataset, from, cut);
    await this.db.notify(tx, { noun: "window", key: dataset });
  }

  private async insertTouches(tx: Tx, dataset: string, { touches }: NewCut): Promise<void> {
    await this.db.execute(
      tx,
      `INSERT INTO touch (dataset, delivery_id, generation_id, window_start_us, window_end_us, rows, stations)
       SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])`,
      dataset,
      touches.map(({ deliveryId }) => deliveryId),
      touches.map(({ generationId }) => generationId),
      touches.map(({ window }) => window.start),
      touches.map(({ window }) => window.end),
      touches.map(({ rows }) => rows),
      touches.map(({ stations }) => stations),
    );
  }

  private async insertClaims(tx: Tx, dataset: string, { claims }: NewCut): Promise<void> {
    await this.db.execute(
      tx,
      `INSERT INTO claim (dataset, delivery_id, window_start_us, window_end_us, start_us, end_us)
       SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])`,
      dataset,
      claims.map(({ deliveryId }) => deliveryId),
      claims.map(({ window }) => window.start),
      claims.map(({ window }) => window.end),
      claims.map(({ claim }) => claim.start),
      claims.map(({ claim }) => claim.end),
    );
  }

  /** A window past the change can have been built already, by a person's reprocess: its product must not stand beside those of the new windows. */
  private async withdrawAbandoned(tx: Tx, dataset: string, from: Micros): Promise<void> {
    const past = "dataset = $1 AND start_us >= $2::bigint";
    await this.db.execute(
      tx,
      `DELETE FROM reprocess WHERE ${past} AND request_key = $3`,
      dataset,
      from,
      REQUEST,
    );
    const left = (table: string) =>
      `NOT EXISTS (SELECT 1 FROM ${table} x WHERE x.dataset = w.dataset AND x.window_start_us = w.start_us AND x.window_end_us = w.end_us)`;
    await this.db.execute(
      tx,
      `INSERT INTO reprocess (dataset, start_us, end_us, request_key, forced)
       SELECT dataset, start_us, end_us, $3, true FROM "window" w
       WHERE ${past} AND (output = 'revision' OR lease_until IS NOT NULL) AND ${left("touch")} AND ${left("claim")}`,
      dataset,
      from,
      REQUEST,
    );
  }

  /** Windows of the old cut that have a row, and those of the new one, which get a row to be judged by. */
  private async judgeFrom(tx: Tx, dataset: string, from: Micros, cut: NewCut): Promise<void> {
    await this.db.execute(
      tx,
      `WITH past AS MATERIALIZED (
         SELECT start_us AS s, end_us AS e FROM "window" WHERE dataset = $1 AND start_us >= $2::bigint FOR UPDATE SKIP LOCKED)
       UPDATE "window" SET look_again_us = 0, declared_span = ${DECLARED} FROM past WHERE dataset = $1 AND start_us = s AND end_us = e`,
      dataset,
      from,
    );
    const windows = [...cut.touches, ...cut.claims].map(({ window }) => window);
    await this.db.execute(
      tx,
      ADD_UNJUDGED,
      dataset,
      windows.map(({ start }) => start),
      windows.map(({ end }) => end),
      "cut anew by a change of span",
    );
  }
}

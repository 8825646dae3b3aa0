import type { CompactionPolicy, LoneSegment, SeriesIndex } from "../../ports/series-index";
import type { SeriesRef } from "../../ports/time-series";
import type { Database } from "./database";

/** Rows of `generation` for pairs of delivery key and command id. */
const NAMED = `FROM unnest($1::text[], $2::uuid[]) AS n(key, command_id)
  JOIN generation g ON g.command_id = n.command_id JOIN delivery d ON d.id = g.delivery_id AND d.key = n.key`;

function pairs(refs: readonly SeriesRef[]): readonly [readonly string[], readonly string[]] {
  return [refs.map(({ delivery }) => delivery), refs.map(({ generation }) => generation)];
}

/** In `generation.segment`: null for a file of its own, '' for one that stays so, '-' where the points were removed, else the shared file's key. */
export class PostgresSeriesIndex implements SeriesIndex {
  constructor(private readonly db: Database) {}

  async find(refs: readonly SeriesRef[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.db.rows<{ generation: string; key: string }>(
      undefined,
      `SELECT g.command_id::text AS generation, g.segment AS key ${NAMED} WHERE g.segment NOT IN ('', '-')`,
      ...pairs(refs),
    );
    return new Map(rows.map(({ generation, key }) => [generation, key]));
  }

  async candidates(policy: CompactionPolicy): Promise<readonly LoneSegment[]> {
    const { settleMs, minFiles, maxFiles, patienceMs } = policy;
    const before = (parameter: string) => `now() - ${parameter}::bigint * interval '1 millisecond'`;
    return this.db.rows<LoneSegment>(
      undefined,
      `WITH waiting AS (
         SELECT d.dataset, d.key AS delivery, g.command_id::text AS generation, g.rows, g.observed_start_us AS first, g.id,
           g.ingested_at < ${before("$2")} AS overdue
         FROM generation g JOIN delivery d ON d.id = g.delivery_id WHERE g.segment IS NULL AND g.points = 'present' AND g.ingested_at <= ${before("$1")}),
       chosen AS (
         SELECT dataset FROM waiting GROUP BY dataset HAVING count(*) >= $3::bigint OR bool_or(overdue) ORDER BY count(*) DESC, dataset LIMIT 1)
       SELECT dataset, delivery, generation, rows, overdue FROM waiting JOIN chosen USING (dataset) ORDER BY first NULLS FIRST, id LIMIT $4::bigint`,
      settleMs,
      patienceMs,
      minFiles,
      maxFiles,
    );
  }

  async leaveAlone(refs: readonly SeriesRef[]): Promise<void> {
    await this.db.execute(
      undefined,
      `UPDATE generation SET segment = '' WHERE id IN (SELECT g.id ${NAMED} WHERE g.segment IS NULL)`,
      ...pairs(refs),
    );
  }

  async announce(key: string): Promise<void> {
    await this.retire(key);
  }

  async move(
    refs: readonly SeriesRef[],
    from: string | undefined,
    to: string,
    left: readonly string[],
  ): Promise<boolean> {
    return this.db.run(async (tx) => {
      // One compactor after the other: what a second one holds in its hands has moved when its turn comes.
      await this.db.rows(tx, "SELECT pg_advisory_xact_lock(hashtextextended('series index', 0))::text");
      const rows = await this.db.rows<{ id: number }>(
        tx,
        `SELECT g.id ${NAMED} WHERE g.points = 'present' AND g.segment IS NOT DISTINCT FROM $3::text FOR UPDATE OF g`,
        ...pairs(refs),
        from ?? null,
      );
      const [announced] = await this.db.rows(tx, "SELECT 1 FROM retired_segment WHERE key = $1", to);
      if (rows.length !== refs.length || announced === undefined) return false;
      await this.db.execute(
        tx,
        "UPDATE generation SET segment = $1 WHERE id = ANY($2::bigint[])",
        to,
        rows.map(({ id }) => id),
      );
      await this.db.execute(tx, "DELETE FROM retired_segment WHERE key = $1", to);
      await this.db.execute(
        tx,
        "INSERT INTO retired_segment (key) SELECT unnest($1::text[]) ON CONFLICT (key) DO UPDATE SET retired_at = now()",
        left,
      );
      return true;
    });
  }

  async contents(key: string): Promise<readonly SeriesRef[]> {
    return this.db.rows<SeriesRef>(
      undefined,
      `SELECT d.dataset, d.key AS delivery, g.command_id::text AS generation FROM generation g JOIN delivery d ON d.id = g.delivery_id
       WHERE g.segment > '' AND g.segment = $1 AND g.points = 'present' ORDER BY g.id`,
      key,
    );
  }

  async drop(refs: readonly SeriesRef[]): Promise<void> {
    await this.db.execute(
      undefined,
      `UPDATE generation SET segment = '-' WHERE id IN (SELECT g.id ${NAMED})`,
      ...pairs(refs),
    );
  }

  async retire(key: string): Promise<void> {
    await this.db.execute(
      undefined,
      "INSERT INTO retired_segment (key) VALUES ($1) ON CONFLICT (key) DO UPDATE SET retired_at = now()",
      key,
    );
  }

  async retired(ageMs: number): Promise<readonly string[]> {
    const rows = await this.db.rows<{ key: string }>(
      undefined,
      `SELECT key FROM retired_segment WHERE retired_at <= now() - $1::bigint * interval '1 millisecond' ORDER BY retired_at, key LIMIT 256`,
      ageMs,
    );
    return rows.map(({ key }) => key);
  }

  async forget(keys: readonly string[]): Promise<void> {
    await this.db.execute(undefined, "DELETE FROM retired_segment WHERE key = ANY($1::text[])", keys);
  }
}

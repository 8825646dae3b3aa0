import { formatInstant } from "../../observation/time";
import type { RetentionRun, RetentionRuns } from "../../ports/retention";
import { type Database, us } from "./database";

/** One row per dataset and kind: what retention did last, and altogether. Each deletion is also in the audit. */
export class PostgresRetentionRuns implements RetentionRuns {
  constructor(private readonly db: Database) {}

  of(dataset: string): Promise<readonly RetentionRun[]> {
    return this.db.rows<RetentionRun>(
      undefined,
      `SELECT dataset, kind, ${us("looked_at")} AS "lookedAt", error, ${us("removed_at")} AS "removedAt", removed, bytes,
         total_removed AS "totalRemoved", total_bytes AS "totalBytes" FROM retention_run WHERE dataset = $1 ORDER BY kind`,
      dataset,
    );
  }

  note({ dataset, kind, error, removed, bytes, receivedBefore }: Parameters<RetentionRuns["note"]>[0]) {
    return this.db.run(async (tx) => {
      await this.db.execute(
        tx,
        `INSERT INTO retention_run AS r (dataset, kind, looked_at, error, removed_at, removed, bytes, total_removed, total_bytes)
         VALUES ($1, $2, clock_timestamp(), $3, CASE WHEN $4::bigint > 0 THEN clock_timestamp() END, $4::bigint, $5::bigint, $4::bigint, $5::bigint)
         ON CONFLICT (dataset, kind) DO UPDATE SET looked_at = excluded.looked_at, error = excluded.error,
           removed_at = coalesce(excluded.removed_at, r.removed_at),
           removed = CASE WHEN excluded.removed > 0 THEN excluded.removed ELSE r.removed END,
           bytes = CASE WHEN excluded.removed > 0 THEN excluded.bytes ELSE r.bytes END,
           total_removed = r.total_removed + excluded.removed, total_bytes = r.total_bytes + excluded.bytes`,
        dataset,
        kind,
        error ?? null,
        removed,
        bytes,
      );
      if (removed === 0) return;
      await this.db.execute(
        tx,
        `INSERT INTO audit (who, what, subject, after) VALUES ('retention', 'retention removed', $1, $2::jsonb)`,
        dataset,
        JSON.stringify({
          kind,
          removed,
          bytes,
          ...(receivedBefore === undefined ? {} : { receivedBefore: formatInstant(receivedBefore) }),
        }),
      );
      await this.db.notify(tx, { noun: "dataset", key: dataset });
    });
  }
}

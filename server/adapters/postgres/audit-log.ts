import type { AuditFilter } from "../../audit/model";
import type { AuditLog, AuditRecord } from "../../ports/audit-log";
import type { Page } from "../../ports/views";
import { type Database, timestamp, us } from "./database";
import { pageOf } from "./pages";

/** The distinct values of a column by steps over its index: as cheap as there are few of them, however long the audit. */
const distinct = (column: string) => `
  WITH RECURSIVE each AS (
    (SELECT ${column} AS value FROM audit ORDER BY ${column} LIMIT 1)
    UNION ALL SELECT (SELECT ${column} FROM audit WHERE ${column} > each.value ORDER BY ${column} LIMIT 1) FROM each WHERE each.value IS NOT NULL)
  SELECT value FROM each WHERE value IS NOT NULL`;

/** The audit in PostgreSQL. */
export class PostgresAuditLog implements AuditLog {
  constructor(private readonly db: Database) {}

  async page(
    filter: AuditFilter & { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Page<AuditRecord>> {
    const cursor = filter.cursor === undefined ? null : Number(filter.cursor);
    const rows = await this.db.rows<AuditRecord>(
      undefined,
      `SELECT id, ${us("at")} AS at, who, what, subject, before, after FROM audit
       WHERE ($1::text IS NULL OR what = $1 OR starts_with(what, $1 || ' ')) AND ($2::text IS NULL OR what = $2) AND ($3::text IS NULL OR who = $3)
         AND ($4::text IS NULL OR strpos(subject, $4) > 0)
         AND ($5::bigint IS NULL OR at >= ${timestamp("$5")}) AND ($6::bigint IS NULL OR at < ${timestamp("$6")})
         AND ($7::bigint IS NULL OR id < $7::bigint)
       ORDER BY id DESC LIMIT $8`,
      filter.kind ?? null,
      filter.what ?? null,
      filter.who ?? null,
      filter.subject ?? null,
      filter.from ?? null,
      filter.to ?? null,
      Number.isSafeInteger(cursor) ? cursor : null,
      filter.limit + 1,
    );
    return pageOf(rows, filter.limit, ({ id }) => String(id));
  }

  async facets(): Promise<{ what: readonly string[]; who: readonly string[] }> {
    const of = async (column: string) =>
      (await this.db.rows<{ value: string }>(undefined, distinct(column))).map(({ value }) => value);
    return { what: await of("what"), who: await of("who") };
  }
}

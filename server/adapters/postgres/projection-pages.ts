import type { ProjectedWindow, ProjectionPages, ProjectionSummary } from "../../ports/projection-pages";
import type { Page } from "../../ports/views";
import { type Database, timestamp, us } from "./database";
import { pageOf } from "./pages";

const WINDOW = `s.dataset, s.start_us AS start, s.end_us AS "end", s.wanted, s.done, s.attempts, s.error, ${us("s.retry_at")} AS "retryAt",
  ${us("s.done_at")} AS "doneAt", s.products,
  CASE WHEN s.wanted <= s.done THEN 'done' WHEN s.lease_until > clock_timestamp() THEN 'running' WHEN s.error IS NOT NULL THEN 'failed' ELSE 'queued' END AS state`;

/** The pages of projections, from PostgreSQL: by what is owed, or by the index on when it was done. */
export class PostgresProjectionPages implements ProjectionPages {
  /** @param titles of the kinds */
  constructor(
    private readonly db: Database,
    private readonly titles: Readonly<Record<string, string>>,
  ) {}

  async summaries(): Promise<readonly ProjectionSummary[]> {
    const rows = await this.db.rows<Omit<ProjectionSummary, "title">>(
      undefined,
      `WITH owed AS (
         SELECT projection, count(*) AS owed, count(*) FILTER (WHERE lease_until > clock_timestamp()) AS running,
           count(*) FILTER (WHERE error IS NOT NULL AND coalesce(lease_until <= clock_timestamp(), true)) AS failed
         FROM projection_state WHERE wanted > done GROUP BY projection)
       SELECT p.name, p.kind, p.enabled, coalesce(o.owed, 0) AS owed, coalesce(o.running, 0) AS running, coalesce(o.failed, 0) AS failed,
         (SELECT count(*) FROM projection_state s WHERE s.projection = p.name AND s.done_at > clock_timestamp() - interval '1 day') AS "doneLastDay",
         (SELECT ${us("s.done_at")} FROM projection_state s WHERE s.projection = p.name AND s.done_at IS NOT NULL ORDER BY s.done_at DESC LIMIT 1) AS "lastDoneAt",
         coalesce((SELECT json_agg(json_build_object('dataset', n.dataset, 'start', n.start_us, 'end', n.end_us) ORDER BY n.end_us DESC, n.dataset)
           FROM dataset d, LATERAL (SELECT s.dataset, s.start_us, s.end_us FROM projection_state s
             WHERE s.projection = p.name AND s.dataset = d.name AND s.done > 0 ORDER BY s.start_us DESC LIMIT 1) n), '[]') AS newest
       FROM projection p LEFT JOIN owed o ON o.projection = p.name ORDER BY p.name`,
    );
    return rows.map((row) => ({ ...row, title: this.titles[row.kind] ?? row.kind }));
  }

  async windows(...[projection, which, page]: Parameters<ProjectionPages["windows"]>) {
    return which === "done" ? this.done(projection, page) : this.owed(projection, which, page);
  }

  private async owed(
    projection: string,
    which: "failed" | "owed",
    { limit, cursor }: Parameters<ProjectionPages["windows"]>[2],
  ): Promise<Page<ProjectedWindow>> {
    const [end, dataset] = cursorOf(cursor);
    const rows = await this.db.rows<ProjectedWindow>(
      undefined,
      `SELECT ${WINDOW} FROM projection_state s
       WHERE s.projection = $1 AND s.wanted > s.done AND ($5::boolean OR s.error IS NOT NULL)
         AND ($2::bigint IS NULL OR (s.end_us, s.dataset) < ($2::bigint, $3::text))
       ORDER BY s.end_us DESC, s.dataset DESC LIMIT $4`,
      projection,
      end,
      dataset,
      limit + 1,
      which === "owed",
    );
    return pageOf(rows, limit, (last) => `${last.end}|${last.dataset}`);
  }

  private async done(
    projection: string,
    { limit, cursor }: Parameters<ProjectionPages["windows"]>[2],
  ): Promise<Page<ProjectedWindow>> {
    const [at, rest] = cursorOf(cursor);
    const [start = "", dataset = ""] = rest?.split("|") ?? [];
    const rows = await this.db.rows<ProjectedWindow>(
      undefined,
      `SELECT ${WINDOW} FROM projection_state s
       WHERE s.projection = $1 AND s.done_at IS NOT NULL AND s.wanted <= s.done
         AND ($2::bigint IS NULL OR (s.done_at, s.start_us, s.dataset) < (${timestamp("$2")}, $3::bigint, $4::text))
       ORDER BY s.done_at DESC, s.start_us DESC, s.dataset DESC LIMIT $5`,
      projection,
      at,
      start === "" ? 0 : Number(start),
      dataset,
      limit + 1,
    );
    return pageOf(rows, limit, (last) => `${last.doneAt}|${last.start}|${last.dataset}`);
  }
}

/** `<µs>|<what orders those of the same time>`. */
function cursorOf(cursor: string | undefined): readonly [number | null, string | null] {
  if (cursor === undefined) return [null, null];
  const bar = cursor.indexOf("|");
  return [Number(cursor.slice(0, bar)), cursor.slice(bar + 1)];
}

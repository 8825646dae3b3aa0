import type { ProjectionView } from "../../ports/views";
import { type Database, us } from "./database";

/** What each projection has done and owes. Counts what is done of all history: for the command line, not for a page that asks again and again. */
export function projectionViews(db: Database): Promise<readonly Omit<ProjectionView, "title">[]> {
  return db.rows(
    undefined,
    `SELECT p.name, p.kind, p.enabled, count(s.dataset) FILTER (WHERE s.wanted <= s.done) AS done, count(s.dataset) FILTER (WHERE s.wanted > s.done) AS owed,
       count(s.dataset) FILTER (WHERE s.wanted > s.done AND s.lease_until > clock_timestamp()) AS running,
       count(s.dataset) FILTER (WHERE s.wanted > s.done AND s.error IS NOT NULL) AS failed,
       ${us("max(s.done_at)")} AS "lastDoneAt"
     FROM projection p LEFT JOIN projection_state s ON s.projection = p.name GROUP BY p.name, p.kind, p.enabled ORDER BY p.name`,
  );
}

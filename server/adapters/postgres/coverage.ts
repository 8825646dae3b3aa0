import type { CoverageChange } from "../../ports/ledger";
import type { Tx } from "../../ports/transactions";
import type { Window } from "../../window/model";
import type { Database } from "./database";
import { lock } from "./window-lock";

/** In a judgement's statement: whether the current revision tells another coverage than the judgement, whose share is $7 and completeness $8. */
export const OWES_COVERAGE = `EXISTS (SELECT 1 FROM revision r WHERE r.dataset = $1 AND r.start_us = $2::bigint AND r.end_us = $3::bigint AND r.current
  AND (r.coverage_share, r.complete) IS DISTINCT FROM ($7::float8, $8::boolean))`;

export async function coverageChange(
  db: Database,
  tx: Tx,
  window: Window,
): Promise<CoverageChange | undefined> {
  const [row] = await db.rows<Omit<CoverageChange, "window">>(
    tx,
    `SELECT r.revision, r.file_key AS "fileKey", r.manifest_key AS "manifestKey",
       json_build_object('share', w.coverage_share, 'complete', w.complete, 'gaps', w.gaps) AS coverage
     FROM "window" w JOIN revision r ON r.dataset = w.dataset AND r.start_us = w.start_us AND r.end_us = w.end_us AND r.current
     WHERE w.dataset = $1 AND w.start_us = $2::bigint AND w.end_us = $3::bigint AND w.build_now AND w.need IN ('none', 'sealed')
       AND w.lease_until IS NULL AND (r.coverage_share, r.complete) IS DISTINCT FROM (w.coverage_share, w.complete)`,
    window.dataset,
    window.start,
    window.end,
  );
  return row && { window, ...row };
}

/** A build that came in between has told the coverage itself: then its manifest is another, and nothing is changed. */
export async function followCoverage(
  db: Database,
  tx: Tx,
  { window, revision, manifestKey: old, coverage }: CoverageChange,
  manifestKey: string | undefined,
): Promise<void> {
  await lock(db, tx, window);
  await db.execute(
    tx,
    `UPDATE revision SET coverage_share = $6::float8, complete = $7::boolean, manifest_key = $8
     WHERE dataset = $1 AND start_us = $2::bigint AND end_us = $3::bigint AND revision = $4 AND current AND manifest_key IS NOT DISTINCT FROM $5`,
    window.dataset,
    window.start,
    window.end,
    revision,
    old ?? null,
    coverage.share,
    coverage.complete,
    manifestKey ?? null,
  );
  await db.notify(tx, { noun: "window", key: window.dataset });
}

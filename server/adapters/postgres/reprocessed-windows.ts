import type { Tx } from "../../ports/transactions";
import type { ReprocessOutcome } from "../../reprocess/model";
import type { Window } from "../../window/model";
import type { Database } from "./database";

/** What a build does to the windows of reprocessings, in the build's own transaction. A click on one window has a key that is no reprocessing's id. */

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const STEP =
  "reprocessing = ANY($4::uuid[]) AND dataset = $1 AND start_us = $2::bigint AND end_us = $3::bigint AND state = 'building'";

function keys(window: Window, requests: readonly string[]) {
  return [window.dataset, window.start, window.end, requests.filter((each) => UUID.test(each))] as const;
}

/**
 * Their build is done: they have what it came to since they were begun (what was collected may have been built before they asked for it), and wait for
 * their products.
 */
export async function reprocessedBuilt(
  db: Database,
  tx: Tx,
  window: Window,
  requests: readonly string[],
  outcome: ReprocessOutcome,
  revision: number,
): Promise<void> {
  const values = keys(window, requests);
  if (values[3].length === 0) return;
  await db.execute(
    tx,
    `UPDATE reprocessing_window SET state = 'projecting', outcome = CASE WHEN $5 = 'unchanged' AND revision_before IS DISTINCT FROM $6::int THEN 'changed' ELSE $5 END, revision_after = $6::int, attempts = 0,
       reason = CASE WHEN $5 = 'kept' THEN 'sealed: what stands was published once more' END WHERE ${STEP}`,
    ...values,
    outcome,
    revision,
  );
  await db.notify(tx, { noun: "reprocess" });
}

/** Their build failed, and is tried again. */
export async function reprocessedFailed(
  db: Database,
  tx: Tx,
  window: Window,
  requests: readonly string[],
  error: string,
): Promise<void> {
  const values = keys(window, requests);
  if (values[3].length === 0) return;
  await db.execute(
    tx,
    `UPDATE reprocessing_window SET attempts = attempts + 1, reason = $5 WHERE ${STEP}`,
    ...values,
    error,
  );
  await db.notify(tx, { noun: "reprocess" });
}

import type { Micros } from "../../observation/time";
import type { BuildCommit, BuildPlan, BuildResult, RevisionRecord } from "../../ports/ledger";
import type { Tx } from "../../ports/transactions";
import type { BuildPhase, Window } from "../../window/model";
import { type Database, timestamp, us } from "./database";
import { reprocessedBuilt, reprocessedFailed } from "./reprocessed-windows";
import { lock } from "./window-lock";

/** A window's row, by the values of `keyOf`. */
export const KEY = "dataset = $1 AND start_us = $2::bigint AND end_us = $3::bigint";

/** A revision as the port shows it. */
export const REVISION = `revision, output, file_key AS "fileKey", sha256, bytes, rows, stations, columns,
  CASE WHEN west IS NOT NULL THEN json_build_array(west, south, east, north) END AS bbox,
  CASE WHEN observed_start_us IS NOT NULL THEN json_build_object('start', observed_start_us, 'end', observed_end_us) END AS observed,
  desired_hash AS "desiredHash", map_hashes AS "mapHashes", coverage_share AS "coverageShare", complete, manifest_key AS "manifestKey",
  publications, ${us("built_at")} AS "builtAt"`;

export function keyOf(window: Window): readonly [string, number, number] {
  return [window.dataset, window.start, window.end];
}

/** The current revision of a window, be it a file or empty. */
export async function currentRevision(
  db: Database,
  tx: Tx | undefined,
  window: Window,
): Promise<RevisionRecord | undefined> {
  const [row] = await db.rows<RevisionRecord>(
    tx,
    `SELECT ${REVISION} FROM revision WHERE ${KEY} AND current`,
    ...keyOf(window),
  );
  return row;
}

export async function renewBuild(
  db: Database,
  tx: Tx,
  window: Window,
  token: number,
  leaseMs: number,
  phase: BuildPhase | undefined,
): Promise<boolean> {
  const until = (await db.now(tx)) + leaseMs * 1000;
  const changed = await db.execute(
    tx,
    `UPDATE "window" SET lease_until = ${timestamp("$5")}, look_again_us = $5::bigint, build_phase = coalesce($6, build_phase)
     WHERE ${KEY} AND fence = $4::bigint AND lease_until IS NOT NULL`,
    ...keyOf(window),
    token,
    until,
    phase ?? null,
  );
  return changed > 0;
}

/** Checks the token, then records the result; a loser changes nothing (SEMANTICS 4, *Build*). */
export async function commitBuild(
  db: Database,
  tx: Tx,
  plan: BuildPlan,
  result: BuildResult,
  retryAt: Micros | undefined,
): Promise<BuildCommit> {
  await lock(db, tx, plan.window);
  const [held] = await db.rows<{ fence: number }>(
    tx,
    // Held to the end: who deletes points takes the token of this row, and must not do so between the check and the commit.
    `SELECT fence FROM "window" WHERE ${KEY} AND lease_until IS NOT NULL FOR UPDATE`,
    ...keyOf(plan.window),
  );
  if (held?.fence !== plan.token) return { kind: "lost" };
  if (result.kind === "failed") {
    await recordFailure(db, tx, plan, result, retryAt);
    return { kind: "failed" };
  }
  const current = await currentRevision(db, tx, plan.window);
  const changed =
    current === undefined || current.output !== result.output || current.sha256 !== result.sha256;
  const publish = result.output === "revision" && (changed || plan.requests.length > 0);
  const revision = changed
    ? await insertRevision(db, tx, plan, result)
    : await verifyRevision(db, tx, plan, current, result);
  if (publish) {
    await db.execute(
      tx,
      `UPDATE revision SET publications = publications + 1 WHERE ${KEY} AND revision = $4`,
      ...keyOf(plan.window),
      revision.revision,
    );
  }
  await settleWindow(db, tx, plan, result.output, revision.revision);
  await wantProjections(db, tx, plan, revision.revision, changed);
  const outcome = plan.sealed ? "kept" : changed ? "changed" : "unchanged";
  await reprocessedBuilt(db, tx, plan.window, plan.requests, outcome, revision.revision);
  await db.notify(tx, { noun: "window", key: plan.window.dataset });
  return { kind: "committed", revision, changed, publish };
}

async function recordFailure(
  db: Database,
  tx: Tx,
  plan: BuildPlan,
  { error, phase }: Extract<BuildResult, { kind: "failed" }>,
  retryAt: Micros | undefined,
): Promise<void> {
  // A failure is that of the desired set which was built; one that came meanwhile begins without attempts (SEMANTICS 4).
  await db.execute(
    tx,
    `UPDATE "window" SET lease_until = NULL, build_now = false,
       attempts = CASE WHEN desired_hash = $6 THEN attempts + 1 ELSE 0 END,
       error = CASE WHEN desired_hash = $6 THEN $4 END,
       retry_us = CASE WHEN desired_hash = $6 THEN $5::bigint END, build_phase = $7,
       look_again_us = CASE WHEN desired_hash = $6 THEN coalesce($5::bigint, 0) ELSE 0 END WHERE ${KEY}`,
    ...keyOf(plan.window),
    error,
    retryAt ?? null,
    plan.desiredHash,
    phase ?? null,
  );
  await reprocessedFailed(db, tx, plan.window, plan.requests, error);
  await db.notify(tx, { noun: "window", key: plan.window.dataset });
}

type Built = Extract<BuildResult, { kind: "built" }>;

async function insertRevision(db: Database, tx: Tx, plan: BuildPlan, result: Built): Promise<RevisionRecord> {
  await db.execute(
    tx,
    `UPDATE revision SET current = false, superseded_at = clock_timestamp() WHERE ${KEY} AND current`,
    ...keyOf(plan.window),
  );
  const [row] = await db.rows<RevisionRecord>(
    tx,
    `INSERT INTO revision (dataset, start_us, end_us, revision, output, current, file_key, sha256, bytes, rows, stations, columns,
       west, south, east, north, observed_start_us, observed_end_us, desired_hash, map_hashes, deliveries, coverage_share, complete, manifest_key, requested)
     SELECT $1, $2::bigint, $3::bigint, last_revision + 1, $4, true, $5, $6, $7::bigint, $8::bigint, $9::bigint, $10::jsonb,
       $11::float8, $12::float8, $13::float8, $14::float8, $15::bigint, $16::bigint, $17, $18::text[], $19::jsonb, $20::float8, $21::boolean, $22, $23::boolean
     FROM "window" WHERE ${KEY}
     RETURNING ${REVISION}`,
    ...keyOf(plan.window),
    result.output,
    result.fileKey ?? null,
    result.sha256 ?? null,
    result.bytes,
    result.rows,
    result.stations,
    JSON.stringify(result.columns),
    ...(result.bbox ?? [null, null, null, null]),
    result.observed?.start ?? null,
    result.observed?.end ?? null,
    plan.desiredHash,
    result.mapHashes,
    JSON.stringify(
      plan.deliveries.map(({ key, generation, rows, mapHash }) => ({ key, generation, rows, mapHash })),
    ),
    plan.coverageShare,
    plan.complete,
    result.manifestKey ?? null,
    plan.requests.length > 0,
  );
  if (!row) throw new Error("the window's row vanished under its lock");
  return row;
}

/** Same bytes as the current revision: no revision, no event; the manifest and the coverage follow. A sealed one tells what it was built from. */
async function verifyRevision(
  db: Database,
  tx: Tx,
  plan: BuildPlan,
  current: RevisionRecord,
  result: Built,
): Promise<RevisionRecord> {
  await db.execute(
    tx,
    `UPDATE revision SET verified_at = clock_timestamp(), desired_hash = $5, map_hashes = $6::text[], coverage_share = $7::float8,
       complete = $8::boolean, manifest_key = coalesce($9, manifest_key), deliveries = $10::jsonb
     WHERE ${KEY} AND revision = $4 AND NOT $11::boolean`,
    ...keyOf(plan.window),
    current.revision,
    plan.desiredHash,
    result.mapHashes,
    plan.coverageShare,
    plan.complete,
    result.manifestKey ?? null,
    JSON.stringify(
      plan.deliveries.map(({ key, generation, rows, mapHash }) => ({ key, generation, rows, mapHash })),
    ),
    plan.sealed,
  );
  return current;
}

/** What is owed is judged in the same transaction: until then nothing is, so that what is due then is due from then on. */
async function settleWindow(
  db: Database,
  tx: Tx,
  plan: BuildPlan,
  output: string,
  revision: number,
): Promise<void> {
  await db.execute(
    tx,
    `UPDATE "window" SET lease_until = NULL, build_now = false, attempts = 0, error = NULL, retry_us = NULL, build_phase = NULL, built_hash = $4, output = $5,
       last_revision = greatest(last_revision, $6), look_again_us = 0, need = 'none',
       first_change_us = CASE WHEN desired_hash = $4 THEN NULL ELSE last_change_us END,
       last_change_us = CASE WHEN desired_hash = $4 THEN NULL ELSE last_change_us END
     WHERE ${KEY}`,
    ...keyOf(plan.window),
    plan.desiredHash,
    output,
    revision,
  );
  await db.execute(
    tx,
    `DELETE FROM reprocess WHERE ${KEY} AND request_key = ANY($4::text[])`,
    ...keyOf(plan.window),
    plan.requests,
  );
}

/** Every enabled projection wants the current revision; a person's reprocess wants it again even when it is done. */
async function wantProjections(
  db: Database,
  tx: Tx,
  plan: BuildPlan,
  revision: number,
  changed: boolean,
): Promise<void> {
  if (!changed && plan.requests.length === 0) return;
  await db.execute(
    tx,
    `INSERT INTO projection_state (projection, dataset, start_us, end_us, wanted)
     SELECT name, $1, $2::bigint, $3::bigint, $4::int FROM projection WHERE enabled
     ON CONFLICT (projection, dataset, start_us, end_us) DO UPDATE SET wanted = excluded.wanted, wanted_at = clock_timestamp(),
       attempts = 0, error = NULL, retry_at = NULL, done = least(projection_state.done, excluded.wanted - 1)`,
    ...keyOf(plan.window),
    revision,
  );
  await db.notify(tx, { noun: "projection", key: plan.window.dataset });
}

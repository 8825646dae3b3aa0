import type { Micros } from "../../observation/time";
import type { BuildCommit, BuildPlan, BuildResult, RevisionRecord } from "../../ports/ledger";
import type { Window } from "../../window/model";
import { type LedgerTables, type WindowRow, windowKey } from "./tables";

type Built = Extract<BuildResult, { kind: "built" }>;

export function beginBuild(
  tables: LedgerTables,
  window: Window,
  now: Micros,
  leaseMs: number,
): BuildPlan | undefined {
  const key = windowKey(window);
  const row = tables.windows.get(key);
  if (!row?.buildNow || (row.record.leaseUntil ?? now) > now) return undefined;
  const token = tables.next("fence");
  const { sealed, builtHash } = row.record;
  const leaseUntil = now + leaseMs * 1000;
  tables.windows.set(key, {
    ...row,
    fence: token,
    buildNow: false,
    lookAgainAt: leaseUntil,
    state: "building",
    // This build takes in every change so far: the next one starts its quiet time anew.
    record: { ...row.record, leaseUntil, firstChange: undefined, lastChange: undefined },
  });
  const spans = tables.spans.get(window.dataset) ?? [];
  const span = spans.findLast((rule) => rule.from <= window.start) ?? spans[0];
  return {
    window,
    declaredSpan: span?.declared ?? "",
    token,
    sealed,
    // What is sealed stays what it was built from, whatever came later.
    desiredHash: (sealed ? builtHash : undefined) ?? row.record.desiredHash,
    deliveries: tables.touching(window).map(({ delivery, generation, touch }) => ({
      key: delivery.key,
      generation: generation.commandId,
      priority: delivery.priority,
      collectedAt: delivery.collectedAt,
      rows: touch.rows,
      mapHash: generation.mapHash,
      columns: generation.columns,
      sourceName: delivery.sourceName,
      interval: { start: delivery.start, end: delivery.end },
      claim: tables.claimOf(delivery.id, window),
      payloadSha256: delivery.payloadSha256,
      payloadKey: delivery.payloadKey,
      ordinal: generation.ordinal,
      stations: touch.stations,
      mapVersion: generation.mapVersion,
      receivedAt: delivery.receivedAt,
      ingestedAt: generation.ingestedAt,
    })),
    maps: Object.fromEntries(
      tables.touching(window).map(({ generation }) => [generation.mapHash, generation.map]),
    ),
    exclusions: tables.exclusionsOf(window),
    coverageShare: row.coverageShare,
    complete: row.complete,
    gaps: row.gaps,
    current: currentRevision(tables, window),
    lastRevision: row.record.lastRevision,
    requests: (tables.reprocess.get(key) ?? []).map(({ requestKey }) => requestKey).sort(),
  };
}

export function renewBuild(tables: LedgerTables, window: Window, token: number, until: Micros): boolean {
  const row = heldBy(tables, window, token);
  if (!row) return false;
  tables.windows.set(windowKey(window), {
    ...row,
    lookAgainAt: until,
    record: { ...row.record, leaseUntil: until },
  });
  return true;
}

export function commitBuild(
  tables: LedgerTables,
  plan: BuildPlan,
  result: BuildResult,
  retryAt: Micros | undefined,
  now: Micros,
): BuildCommit {
  const row = heldBy(tables, plan.window, plan.token);
  if (!row) return { kind: "lost" };
  if (result.kind === "failed") {
    const same = row.record.desiredHash === plan.desiredHash;
    const failure = same
      ? { attempts: row.record.attempts + 1, error: result.error, retryAt }
      : { attempts: 0, error: undefined, retryAt: undefined };
    tables.windows.set(windowKey(plan.window), {
      ...row,
      buildNow: false,
      lookAgainAt: (same ? retryAt : undefined) ?? 0,
      record: { ...row.record, leaseUntil: undefined, ...failure },
    });
    return { kind: "failed" };
  }
  const current = currentRevision(tables, plan.window);
  const changed =
    current === undefined || current.output !== result.output || current.sha256 !== result.sha256;
  const publish = result.output === "revision" && (changed || plan.requests.length > 0);
  const revision = changed
    ? revisionOf(plan, result, row.record.lastRevision + 1, now)
    : verified(plan, result, current);
  // What is returned carries this publication's ordinal; what is stored, the next one's.
  saveRevision(tables, plan.window, { ...revision, publications: revision.publications + (publish ? 1 : 0) });
  settle(tables, row, plan, result.output, revision.revision);
  return { kind: "committed", revision, changed, publish };
}

export function currentRevision(tables: LedgerTables, window: Window): RevisionRecord | undefined {
  const found = (tables.revisions.get(windowKey(window)) ?? []).find(({ current }) => current);
  if (!found) return undefined;
  const { current: _current, ...revision } = found;
  return revision;
}

function heldBy(tables: LedgerTables, window: Window, token: number): WindowRow | undefined {
  const row = tables.windows.get(windowKey(window));
  return row?.fence === token && row.record.leaseUntil !== undefined ? row : undefined;
}

function revisionOf(plan: BuildPlan, result: Built, revision: number, now: Micros): RevisionRecord {
  const { kind: _kind, ...built } = result;
  return {
    ...built,
    revision,
    desiredHash: plan.desiredHash,
    coverageShare: plan.coverageShare,
    complete: plan.complete,
    publications: 0,
    builtAt: now,
  };
}

/** Same bytes: the number and the file stay; provenance and coverage follow. */
function verified(plan: BuildPlan, result: Built, current: RevisionRecord): RevisionRecord {
  if (plan.sealed) return current;
  return {
    ...current,
    desiredHash: plan.desiredHash,
    mapHashes: result.mapHashes,
    coverageShare: plan.coverageShare,
    complete: plan.complete,
    manifestKey: result.manifestKey ?? current.manifestKey,
  };
}

export function saveRevision(tables: LedgerTables, window: Window, revision: RevisionRecord): void {
  const key = windowKey(window);
  const others = (tables.revisions.get(key) ?? []).filter((each) => each.revision !== revision.revision);
  tables.revisions.set(key, [
    ...others.map((each) => ({ ...each, current: false })),
    { ...revision, current: true },
  ]);
}

function settle(
  tables: LedgerTables,
  row: WindowRow,
  plan: BuildPlan,
  output: "revision" | "empty",
  revision: number,
): void {
  const key = windowKey(plan.window);
  tables.windows.set(key, {
    ...row,
    buildNow: false,
    lookAgainAt: 0,
    record: {
      ...row.record,
      leaseUntil: undefined,
      attempts: 0,
      error: undefined,
      retryAt: undefined,
      builtHash: plan.desiredHash,
      output,
      lastRevision: Math.max(row.record.lastRevision, revision),
    },
  });
  const unserved = (tables.reprocess.get(key) ?? []).filter(
    ({ requestKey }) => !plan.requests.includes(requestKey),
  );
  tables.reprocess.set(key, unserved);
}

import type { CoverageChange } from "../../ports/ledger";
import type { Judgement, Window } from "../../window/model";
import { currentRevision, saveRevision } from "./builds";
import { type LedgerTables, windowKey } from "./tables";

export function owesCoverage(tables: LedgerTables, window: Window, judgement: Judgement): boolean {
  const { need, state, coverage } = judgement;
  if ((need.kind !== "none" && need.kind !== "sealed") || state === "building") return false;
  const current = currentRevision(tables, window);
  if (!current) return false;
  return current.coverageShare !== coverage.share || current.complete !== coverage.complete;
}

export function coverageChange(tables: LedgerTables, window: Window): CoverageChange | undefined {
  const row = tables.windows.get(windowKey(window));
  const current = currentRevision(tables, window);
  if (!row?.coverageOwed || !current) return undefined;
  const { coverageShare: share, complete, gaps } = row;
  const { revision, fileKey, manifestKey } = current;
  return { window, revision, fileKey, manifestKey, coverage: { share, complete, gaps } };
}

export function followCoverage(
  tables: LedgerTables,
  { window, revision, manifestKey: old, coverage }: CoverageChange,
  manifestKey: string | undefined,
): void {
  const current = currentRevision(tables, window);
  if (current?.revision !== revision || current.manifestKey !== old) return;
  const { share: coverageShare, complete } = coverage;
  saveRevision(tables, window, { ...current, coverageShare, complete, manifestKey });
}

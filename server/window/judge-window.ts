import type { Catalog } from "../ports/catalog";
import type { Ledger } from "../ports/ledger";
import type { Tx } from "../ports/transactions";
import type { Judgement, Window } from "./model";
import { judge } from "./readiness";

export interface JudgePorts {
  readonly catalog: Pick<Catalog, "dataset">;
  readonly ledger: Pick<Ledger, "lockWindow" | "saveJudgement" | "now">;
}

/** Judges one window from the ledger's facts and stores the judgement, all under the window's lock. */
export async function judgeWindow(tx: Tx, window: Window, ports: JudgePorts): Promise<Judgement> {
  const { settings } = await ports.catalog.dataset(window.dataset, tx);
  const facts = await ports.ledger.lockWindow(tx, window);
  const judgement = judge(facts, settings, await ports.ledger.now(tx));
  await ports.ledger.saveJudgement(tx, window, judgement);
  return judgement;
}

/** More are not judged in one transaction: ten thousand windows take longer than it may last, and more locks than there are. */
const AT_ONCE = 100;

export interface JudgeManyPorts extends JudgePorts {
  readonly catalog: Pick<Catalog, "dataset" | "lockDataset">;
  readonly ledger: JudgePorts["ledger"] & Pick<Ledger, "judgeLater">;
}

/**
 * Judges windows in one order for everybody, so that two transactions cannot wait for each other. Many windows are only marked here, and judged by
 * the reconciler one by one: the mark is part of the transaction, so that none is forgotten.
 */
export async function judgeWindows(tx: Tx, windows: readonly Window[], ports: JudgeManyPorts): Promise<void> {
  if (windows.length > AT_ONCE) {
    const datasets = new Set(windows.map((window) => window.dataset));
    for (const dataset of [...datasets].sort()) await ports.catalog.lockDataset(tx, dataset);
    await ports.ledger.judgeLater(tx, windows);
    return;
  }
  const ordered = [...windows].sort(
    (a, b) =>
      (a.dataset < b.dataset ? -1 : a.dataset > b.dataset ? 1 : 0) || a.start - b.start || a.end - b.end,
  );
  for (const window of ordered) await judgeWindow(tx, window, ports);
}

import { errorText, NotFound } from "../errors";
import type { Files } from "../ports/files";
import type { CoverageChange, Ledger } from "../ports/ledger";
import type { Log } from "../ports/log";
import type { Transactions, Tx } from "../ports/transactions";
import type { Judgement, Window } from "../window/model";
import { manifestKey } from "./file-name";
import { coverageEntry, manifestText } from "./manifest";

export interface CoveragePorts {
  readonly ledger: Pick<Ledger, "coverageChange" | "followCoverage">;
  readonly files: Pick<Files, "read" | "put">;
  readonly transactions: Transactions;
  readonly log: Log;
  readonly failPoint: (name: string) => void;
  readonly judgeWindow: (tx: Tx, window: Window) => Promise<Judgement>;
}

/**
 * A changed coverage share alone updates the manifest and makes no revision (SEMANTICS 4, *Desired set*): the new manifest is written beside
 * the old one, then the revision names it. Safe to be killed anywhere: the same change gives the same manifest.
 * @returns whether there was something to follow
 */
export async function followCoverage(window: Window, ports: CoveragePorts): Promise<boolean> {
  const { ledger, transactions } = ports;
  const change = await transactions.run((tx) => ledger.coverageChange(tx, window));
  if (!change) return false;
  const key = await rewrite(change, ports);
  ports.failPoint("coverage.manifest-stored");
  await transactions.run(async (tx) => {
    await ledger.followCoverage(tx, change, key);
    await ports.judgeWindow(tx, window);
  });
  return true;
}

/** The manifest as it is, with the coverage of now. A manifest that somebody removed is not made up: the next build writes one. */
async function rewrite(change: CoverageChange, ports: CoveragePorts): Promise<string | undefined> {
  const { fileKey, manifestKey: old, coverage } = change;
  if (fileKey === undefined || old === undefined) return old;
  try {
    const said = JSON.parse(new TextDecoder().decode(await ports.files.read(old)));
    const text = manifestText({ ...said, coverage: coverageEntry(coverage) });
    const key = manifestKey(fileKey, text);
    await ports.files.put(key, text);
    return key;
  } catch (error) {
    if (!(error instanceof NotFound || error instanceof SyntaxError)) throw error;
    ports.log.warn("a manifest is gone or damaged; the next build writes it anew", {
      manifest: old,
      error: errorText(error),
    });
    return old;
  }
}

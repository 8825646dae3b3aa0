import { errorText } from "../server/errors";
import type { Catalog } from "../server/ports/catalog";
import type { Ledger } from "../server/ports/ledger";
import type { Log } from "../server/ports/log";
import type { RetentionKind, RetentionRuns, Retentions } from "../server/ports/retention";
import type { Transactions } from "../server/ports/transactions";

/** Deleted in one round at most, of each kind of each dataset. */
const LIMIT = 200;

export interface RetentionRoundPorts {
  readonly catalog: Pick<Catalog, "datasets">;
  readonly ledger: Pick<Ledger, "now">;
  readonly transactions: Transactions;
  readonly retentions: Retentions;
  readonly retentionRuns: Pick<RetentionRuns, "note">;
  readonly log: Log;
}

/**
 * Deletes what datasets keep no longer, a bounded part at a time; what went is counted and written down. A kind that fails is said, on the dataset's
 * page too, and tried again in the next round; the others go on.
 * @returns whether there may be more to delete
 */
export async function retentionRound(ports: RetentionRoundPorts, signal: AbortSignal): Promise<boolean> {
  const now = await ports.transactions.run((tx) => ports.ledger.now(tx));
  let more = false;
  for (const { metadata, retention } of await ports.catalog.datasets()) {
    for (const [kind, keep] of Object.entries(retention ?? {}) as [RetentionKind, number][]) {
      if (signal.aborted) return false;
      const left = await removeOne(
        { dataset: metadata.name, kind, receivedBefore: now - keep },
        ports,
        signal,
      );
      more ||= left;
    }
  }
  return more;
}

async function removeOne(
  work: { readonly dataset: string; readonly kind: RetentionKind; readonly receivedBefore: number },
  ports: RetentionRoundPorts,
  signal: AbortSignal,
): Promise<boolean> {
  const { dataset, kind, receivedBefore } = work;
  const retention = ports.retentions[kind];
  if (!retention) return false;
  try {
    const { removed, bytes = 0, more } = await retention.remove(dataset, kind, receivedBefore, LIMIT, signal);
    await ports.retentionRuns.note({ ...work, error: undefined, removed, bytes });
    if (removed > 0) ports.log.info("retention deleted", { dataset, kind, removed, bytes });
    return more && !signal.aborted;
  } catch (error) {
    ports.log.warn("retention could not delete and tries again", { dataset, kind, error: errorText(error) });
    await ports.retentionRuns.note({ ...work, error: errorText(error), removed: 0, bytes: 0 });
    return false;
  }
}

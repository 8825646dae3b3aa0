import { z } from "zod";
import type { Catalog } from "../ports/catalog";
import type { Ledger } from "../ports/ledger";
import type { Transactions, Tx } from "../ports/transactions";

export interface IngestVerbPorts {
  readonly catalog: Catalog;
  readonly ledger: Ledger;
  readonly transactions: Transactions;
  /** Judges windows again in the same transaction, or marks them to be judged when they are many (the window noun's rule, handed in by the runtime). */
  readonly judgeWindows: (
    tx: Tx,
    windows: Awaited<ReturnType<Ledger["setWithdrawn"]>>["windows"],
  ) => Promise<void>;
}

export const WithdrawDelivery = z.object({
  key: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "a delivery's key has 64 hex digits; ionbeam ingest list shows them"),
});

/** Takes a wrong delivery out of every desired set; its claim stands. Undone by `restoreDelivery`. @throws NotFound, Denied */
export function withdrawDelivery(
  request: z.infer<typeof WithdrawDelivery>,
  ports: IngestVerbPorts,
): Promise<number> {
  return setWithdrawn(request.key, true, ports);
}

/** @throws NotFound, Denied */
export function restoreDelivery(
  request: z.infer<typeof WithdrawDelivery>,
  ports: IngestVerbPorts,
): Promise<number> {
  return setWithdrawn(request.key, false, ports);
}

/** @returns how many windows are judged again */
async function setWithdrawn(key: string, withdrawn: boolean, ports: IngestVerbPorts): Promise<number> {
  return ports.transactions.run(async (tx) => {
    const { windows, changed } = await ports.ledger.setWithdrawn(tx, key, withdrawn);
    if (!changed) return windows.length;
    await ports.judgeWindows(tx, windows);
    await ports.catalog.audit(tx, {
      who: "local",
      what: withdrawn ? "delivery withdraw" : "delivery restore",
      subject: key,
      before: { withdrawn: !withdrawn },
      after: { withdrawn },
    });
    return windows.length;
  });
}

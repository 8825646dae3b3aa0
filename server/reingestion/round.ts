import { errorText, IonbeamError } from "../errors";
import { uuidv5 } from "../message";
import { formatInstant } from "../observation/time";
import type { Catalog } from "../ports/catalog";
import type { Files } from "../ports/files";
import type { Outbox } from "../ports/inbox";
import type { Ledger } from "../ports/ledger";
import type { ActiveReingestion, Reingestions, WaitingDelivery } from "../ports/reingestions";
import type { Transactions } from "../ports/transactions";
import { INGEST_QUEUE } from "../source/messages";

export interface ReingestionRoundPorts {
  readonly catalog: Pick<Catalog, "dataset">;
  readonly ledger: Pick<Ledger, "nextOrdinal">;
  readonly reingestions: Reingestions;
  readonly files: Pick<Files, "location" | "exists">;
  readonly outbox: Outbox;
  readonly transactions: Transactions;
  readonly failPoint: (name: string) => void;
}

/** Deliveries of one that are under way at most: a cancel is soon over, and a queue is never long. */
const UNDER_WAY = 32;

/**
 * Asks for the deliveries of each reingestion, a few at a time and behind all that is live; those that were ingested, or cannot be, end. Killed
 * anywhere it goes on where it was: command and mark of a delivery are one transaction.
 * @returns whether there is more to ask for at once
 */
export async function reingestionRound(
  ports: ReingestionRoundPorts,
  draining: AbortSignal,
): Promise<boolean> {
  let more = false;
  for (const each of await ports.reingestions.active()) {
    const settled = await ports.reingestions.settle(each.id);
    if (each.state === "running") {
      const free = UNDER_WAY - each.underWay + settled;
      const waiting = free > 0 ? await ports.reingestions.waiting(each.id, free) : [];
      for (const delivery of waiting) {
        if (draining.aborted) return false;
        // What fails without a command takes no place of what is under way.
        if (!(await ask(each, delivery, ports))) more = true;
      }
    }
    await ports.transactions.run((tx) => ports.reingestions.finish(tx, each.id));
  }
  return more;
}

/**
 * The id of a request and of its command: UUIDv5(request id, delivery key), SEMANTICS 7.
 * @returns whether its command is under way
 */
async function ask(
  each: ActiveReingestion,
  delivery: WaitingDelivery,
  ports: ReingestionRoundPorts,
): Promise<boolean> {
  const id = uuidv5(each.id, delivery.key);
  if (!(await ports.files.exists(delivery.payloadKey))) {
    const gone =
      "its raw payload is missing from the store, though nobody deleted it here: put the file back from a backup, or collect its time again from the source";
    await ports.transactions.run((tx) => ports.reingestions.fail(tx, delivery, gone));
    return false;
  }
  try {
    await ports.transactions.run(async (tx) => {
      // Whoever cancels waits for this, or comes first.
      if ((await ports.reingestions.lock(tx, each.id)) !== "running") return;
      const { metadata } = await ports.catalog.dataset(each.dataset, tx);
      if (!(await ports.reingestions.asked(tx, delivery, id))) return;
      // Tried again: its command lies in the inbox already, with the ordinal that it took then.
      if (await ports.reingestions.revive(tx, id)) return;
      // Taken when it was asked for: what was asked for since then stays above it.
      const ordinal = await ports.ledger.nextOrdinal(tx, delivery.key, id);
      const body = {
        id,
        metadata: { dataset: metadata, ingestion_map: each.map, version: each.mapVersion },
        payload_location: ports.files.location(delivery.payloadKey),
        start_time: formatInstant(delivery.start),
        end_time: formatInstant(delivery.end),
        ordinal,
      };
      await ports.outbox.add(tx, [{ route: INGEST_QUEUE, id, body, lane: "backfill" }]);
      ports.failPoint("reingestion.before-commit");
    });
    ports.failPoint("reingestion.asked");
    return true;
  } catch (error) {
    if (!(error instanceof IonbeamError) || error.retry) throw error;
    // Sealed, or its payload deleted, since the range was looked at.
    await ports.transactions.run((tx) => ports.reingestions.fail(tx, delivery, errorText(error)));
    return false;
  }
}

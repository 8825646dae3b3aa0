import { uuidv5 } from "../server/message";
import { formatInstant } from "../server/observation/time";
import type { Catalog } from "../server/ports/catalog";
import type { Files } from "../server/ports/files";
import type { Outbox } from "../server/ports/inbox";
import type { FutureLedger, Ledger } from "../server/ports/ledger";
import type { Transactions } from "../server/ports/transactions";
import { INGEST_QUEUE } from "../server/source/messages";

const BATCH = 100;

export interface FuturePorts {
  readonly catalog: Pick<Catalog, "dataset">;
  readonly ledger: FutureLedger & Pick<Ledger, "nextOrdinal">;
  readonly files: Pick<Files, "location">;
  readonly outbox: Outbox;
  readonly transactions: Transactions;
}

/**
 * Asks for deliveries to be ingested again, under the same map, when the earliest of their rows that were set aside as future is due
 * (SEMANTICS 3, *Time limits*). Asked once per generation: the new one sets aside what is future still.
 */
export async function futureRound(ports: FuturePorts): Promise<boolean> {
  const due = await ports.transactions.run((tx) => ports.ledger.futureDue(tx, BATCH));
  for (const each of due) {
    await ports.transactions.run(async (tx) => {
      const request = uuidv5("future", each.generation);
      const ordinal = await ports.ledger.nextOrdinal(tx, each.key, request, "future rows");
      if (!(await ports.ledger.markFutureAsked(tx, each.generation))) return;
      const { metadata } = await ports.catalog.dataset(each.dataset, tx);
      const id = uuidv5(request, each.key);
      const body = {
        id,
        metadata: { dataset: metadata, ingestion_map: each.map, version: each.mapVersion },
        payload_location: ports.files.location(each.payloadKey),
        start_time: formatInstant(each.start),
        end_time: formatInstant(each.end),
        ordinal,
      };
      await ports.outbox.add(tx, [{ route: INGEST_QUEUE, id, body, lane: "backfill" }]);
    });
  }
  return due.length === BATCH;
}

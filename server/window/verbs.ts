import { z } from "zod";
import { Conflict, Denied, NotFound } from "../errors";
import { formatInstant } from "../observation/time";
import type { Catalog } from "../ports/catalog";
import type { Ledger } from "../ports/ledger";
import type { Transactions } from "../ports/transactions";
import { desiredHash } from "./desired";
import { judgeWindow } from "./judge-window";
import type { Judgement } from "./model";

export interface WindowVerbPorts {
  readonly catalog: Catalog;
  readonly ledger: Ledger;
  readonly transactions: Transactions;
}

export const ReprocessWindow = z.object({
  dataset: z.string().min(1),
  /** µs since the epoch, UTC. */
  start: z.number().int(),
  end: z.number().int(),
  /** Made once per click: sending it twice asks once. */
  requestKey: z.string().min(1).max(200),
  /** Also builds a window that still waits for missing deliveries. */
  forced: z.boolean().default(false),
});
export type ReprocessWindow = z.infer<typeof ReprocessWindow>;

/**
 * Makes a window due at once, without settling or quiet time, and publishes its current revision again (SEMANTICS 4).
 * @throws NotFound when nothing claims or touches the window; Conflict when it still waits and the request is not forced; Denied when it is sealed and
 *   something came too late (a sealed window where nothing did is published once more, and not built)
 */
export async function reprocessWindow(request: ReprocessWindow, ports: WindowVerbPorts): Promise<Judgement> {
  const window = { dataset: request.dataset, start: request.start, end: request.end };
  return ports.transactions.run(async (tx) => {
    await ports.catalog.dataset(request.dataset, tx);
    const facts = await ports.ledger.lockWindow(tx, window);
    if (!facts.record) {
      throw new NotFound(
        `${request.dataset} has no window ${formatInstant(request.start)} to ${formatInstant(request.end)}; ionbeam window list shows them`,
      );
    }
    const { record } = facts;
    if (record.sealed && record.builtHash !== desiredHash(window, facts.touches, facts.exclusions))
      throw new Denied(
        `this window is sealed: points of it are deleted together with their payloads, so that what came too late cannot be built in; revision ${record.lastRevision} stays as it is`,
      );
    if (await ports.ledger.requestReprocess(tx, window, request.requestKey, request.forced)) {
      const before = { revision: record.lastRevision };
      await ports.catalog.audit(tx, {
        who: "local",
        what: "window reprocess",
        subject: `${request.dataset} ${formatInstant(request.start)}`,
        before,
        after: { ...before, asked: "to be built again", forced: request.forced },
      });
    }
    const judgement = await judgeWindow(tx, window, ports);
    if (judgement.need.kind === "waiting") {
      throw new Conflict(`${judgement.reason}; to build it as it is, ask again with force`);
    }
    return judgement;
  });
}

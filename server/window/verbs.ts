import { z } from "zod";
import { Conflict, Denied, NotFound } from "../errors";
import { formatInstant, type Micros } from "../observation/time";
import type { Catalog } from "../ports/catalog";
import type { Clock } from "../ports/clock";
import type { Ledger } from "../ports/ledger";
import type { Transactions } from "../ports/transactions";
import { desiredHash } from "./desired";
import { judgeWindow } from "./judge-window";
import type { Judgement, Window } from "./model";
import { plannedWindow } from "./planned-window";

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
        `${request.dataset} has no window ${formatInstant(request.start)} to ${formatInstant(request.end)}`,
        { shownBy: "ionbeam window list shows them" },
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

/**
 * A window of a dataset that nothing may have claimed or touched yet, by its start.
 * @throws NotFound when there is no such dataset, none of its windows starts there, or it has not begun
 */
export async function windowOfSpan(
  dataset: string,
  start: Micros,
  ports: WindowVerbPorts & { readonly clock: Clock },
): Promise<Window> {
  await ports.catalog.dataset(dataset);
  const rules = await ports.transactions.run((tx) => ports.ledger.spans(tx, dataset));
  return plannedWindow(dataset, start, rules, ports.clock.now());
}

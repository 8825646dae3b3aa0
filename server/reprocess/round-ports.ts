import type { Micros } from "../observation/time";
import type { Catalog } from "../ports/catalog";
import type { Clock } from "../ports/clock";
import type { Ledger } from "../ports/ledger";
import type { Reprocessings } from "../ports/reprocessings";
import type { Transactions, Tx } from "../ports/transactions";
import type { Judgement, Window } from "../window/model";

export interface ReprocessRoundPorts {
  readonly reprocessings: Reprocessings;
  readonly transactions: Transactions;
  readonly catalog: Pick<Catalog, "dataset" | "sources">;
  readonly ledger: Pick<Ledger, "lockWindow" | "requestReprocess">;
  readonly clock: Pick<Clock, "now">;
  readonly judgeWindow: (tx: Tx, window: Window) => Promise<Judgement>;
  /** Asks a source for a range, behind what is live; the same key is the same run. */
  readonly collectAgain: (
    tx: Tx,
    request: {
      readonly name: string;
      readonly start: Micros;
      readonly end: Micros;
      readonly requestKey: string;
    },
  ) => Promise<{ readonly runId: string }>;
  /** Stops runs. @returns false where all of them had ended */
  readonly cancelRuns: (ids: readonly string[]) => Promise<boolean>;
  readonly sourcePlugins: readonly { readonly kind: string; readonly answersWholeDays?: boolean }[];
}

/** Runs what may fail; the others go on, and what failed is thrown at the end of the round. */
export type Try = (body: () => Promise<void>) => Promise<void>;

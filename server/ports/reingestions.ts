import type { DataIngestionMap } from "../observation/model";
import type { Micros } from "../observation/time";
import type {
  ReingestChoice,
  ReingestedDelivery,
  ReingestionState,
  ReingestionView,
  ReingestOutcome,
  ReingestPreview,
} from "../reingestion/model";
import type { Tx } from "./transactions";
import type { Page } from "./views";

export type ReingestPlan = ReingestChoice & { readonly dataset: string };

/** One that has not ended, with all that its commands need. */
export interface ActiveReingestion {
  readonly id: string;
  readonly state: ReingestionState;
  readonly dataset: string;
  readonly map: DataIngestionMap;
  readonly mapVersion: number;
  /** Deliveries that were asked for and are not ingested yet. */
  readonly underWay: number;
}

export interface WaitingDelivery {
  readonly reingestion: string;
  /** In the ledger. */
  readonly id: number;
  readonly key: string;
  readonly payloadKey: string;
  readonly start: Micros;
  readonly end: Micros;
}

/** Ranges of deliveries that are ingested again, each a thing of its own: followed and cancelled. */
export interface Reingestions {
  preview(plan: ReingestPlan): Promise<ReingestPreview>;
  /** @returns false when there is one with this id already */
  start(
    tx: Tx,
    id: string,
    plan: ReingestPlan,
    map: { readonly hash: string; readonly version: number },
  ): Promise<boolean>;
  /** Until the transaction ends nobody else changes its state. @throws NotFound */
  lock(tx: Tx, id: string): Promise<ReingestionState>;
  /** What waits is cancelled, and no more is begun. */
  cancel(tx: Tx, id: string): Promise<void>;
  /** Deliveries with these outcomes wait again, under their own commands and ordinals; it runs again where there are any. @returns how many */
  retry(tx: Tx, id: string, outcomes: readonly ReingestOutcome[]): Promise<number>;
  /** @param id its UUID, or its number @throws NotFound */
  get(id: string): Promise<ReingestionView>;
  /** Newest first. */
  list(source: string | undefined, limit: number, cursor: string | undefined): Promise<Page<ReingestionView>>;
  /** In the order of the work. */
  deliveries(
    id: string,
    filter: {
      readonly outcomes?: readonly ReingestOutcome[] | undefined;
      readonly limit: number;
      readonly cursor?: string | undefined;
    },
  ): Promise<Page<ReingestedDelivery>>;

  /** Those that have not ended, oldest first. */
  active(): Promise<readonly ActiveReingestion[]>;
  /** Deliveries that were asked for end by what the ledger and the inbox say of their commands. @returns how many did */
  settle(id: string): Promise<number>;
  waiting(id: string, limit: number): Promise<readonly WaitingDelivery[]>;
  /** Its command is written. False when it does not wait any more. */
  asked(tx: Tx, delivery: WaitingDelivery, commandId: string): Promise<boolean>;
  /** A command that was set aside, or discarded since, is worked once more under its own id. @returns false where there is none such */
  revive(tx: Tx, commandId: string): Promise<boolean>;
  /** It fails without a command. */
  fail(tx: Tx, delivery: WaitingDelivery, reason: string): Promise<void>;
  /** Ends when nothing of it is open. */
  finish(tx: Tx, id: string): Promise<void>;
}

import type { Micros } from "../observation/time";
import type {
  ReprocessChoice,
  ReprocessedWindow,
  ReprocessingView,
  ReprocessOutcome,
  ReprocessPreview,
  ReprocessState,
  StartReprocess,
  StepState,
} from "../reprocess/model";
import type { Window } from "../window/model";
import type { Tx } from "./transactions";
import type { Page } from "./views";

/** What is chosen, with what only the caller knows. */
export interface ReprocessPlan extends ReprocessChoice {
  /** Windows of the ranges by their datasets' spans, for a collection: those that the ledger does not know may be asked for. */
  readonly spanned: readonly Window[];
  /** Datasets that have a source which can be asked. */
  readonly collectable: readonly string[];
}

/** One window of a reprocessing, as the worker takes it. */
export interface ReprocessStep extends Window {
  readonly reprocessing: string;
  readonly state: StepState;
  /** How often it has been asked for: a person may try failed ones again. */
  readonly round: number;
  readonly attempts: number;
  readonly runs: readonly string[];
  readonly reason: string | undefined;
  readonly begunAt: Micros | undefined;
}

export interface ActiveReprocessing {
  readonly id: string;
  readonly state: Extract<ReprocessState, "running" | "paused" | "cancelling">;
  readonly depth: StartReprocess["depth"];
  readonly forced: boolean;
}

/** What came of the runs that a window waits for. */
export interface CollectedRuns {
  /** All are through, what they brought is ingested, and its windows know of it. */
  readonly ingested: boolean;
  /** Why none of them ever will be. */
  readonly refusal: string | undefined;
  /** Why one of them has failed, and is tried again. */
  readonly passing: string | undefined;
}

export interface ReprocessingFilter {
  readonly outcomes?: readonly ReprocessOutcome[] | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Reprocessings and their windows. What a window's build and its projections do to it is written down by these, in their own transactions. */
export interface Reprocessings {
  /** What a choice would do; changes nothing. */
  preview(plan: ReprocessPlan): Promise<ReprocessPreview>;
  /** Writes a reprocessing down with all its windows. False when this id was there already. */
  start(tx: Tx, id: string, request: StartReprocess, plan: ReprocessPlan): Promise<boolean>;
  /** Its state, locked until the transaction ends: whoever changes it waits for whoever works on it. @throws NotFound */
  lock(tx: Tx, id: string): Promise<ReprocessState>;
  setState(tx: Tx, id: string, state: ReprocessState): Promise<void>;
  /** Ends all windows that nobody has begun. @returns how many */
  cancelWaiting(tx: Tx, id: string): Promise<number>;
  /** Windows with these outcomes wait again, in a round of their own; those whose runs are still tried, for these. @returns how many */
  retry(tx: Tx, id: string, outcomes: readonly ReprocessOutcome[]): Promise<number>;

  list(limit: number, cursor: string | undefined): Promise<Page<ReprocessingView>>;
  /** @throws NotFound */
  get(id: string): Promise<ReprocessingView>;
  windows(id: string, filter: ReprocessingFilter): Promise<Page<Omit<ReprocessedWindow, "hasPage">>>;

  /** Those that have not ended, in the order in which they were made. */
  active(): Promise<readonly ActiveReprocessing[]>;
  /** Steps of one in a state, in its order. */
  steps(id: string, state: StepState, limit: number): Promise<readonly ReprocessStep[]>;
  /** How many of one are under way. */
  underWay(id: string): Promise<number>;
  /** A window goes into a state, unless it has left the one it was read in. */
  begin(tx: Tx, step: ReprocessStep, state: StepState, runs: readonly string[]): Promise<void>;
  /** A window ends, unless it has left the state it was read in. */
  end(tx: Tx, step: ReprocessStep, outcome: ReprocessOutcome, reason: string | undefined): Promise<void>;
  /** Ends windows whose projections are through, or fail; those that were built keep that outcome. @returns how many */
  endProjected(id: string, attempts: number): Promise<number>;
  /** Windows under way whose builds fail, or whose points cannot be restored, since so many attempts. */
  failing(id: string, attempts: number): Promise<readonly ReprocessStep[]>;
  /** Windows under way whose request is gone, or which cannot become due by themselves: their row went, or something else holds them back now. */
  stranded(id: string): Promise<readonly ReprocessStep[]>;
  /** Takes the request for a window back, and the token of a build that runs for nothing else. The caller judges the window. */
  withdrawRequest(tx: Tx, step: ReprocessStep): Promise<void>;
  /** Of several runs those count that brought something, where any did. */
  collected(runs: readonly string[]): Promise<CollectedRuns>;
  /** Wants the current revision of one window projected again by all enabled projections. */
  wantProjections(tx: Tx, window: Window): Promise<void>;
  /** Ends a reprocessing none of whose windows is waiting or under way. */
  finish(tx: Tx, id: string): Promise<void>;
}

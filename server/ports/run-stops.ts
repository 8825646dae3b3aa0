import type { RunState } from "../source/model";
import type { Tx } from "./transactions";

/** Runs on their way to being cancelled, or tried sooner. A run and the message that starts it go together. */
export interface RunStops {
  /** The state of a run, held until the transaction ends; undefined: there is no such run. */
  lock(tx: Tx, id: string): Promise<{ readonly source: string; readonly state: RunState } | undefined>;
  /** From now on nothing comes of the run; what runs of it is to be stopped. */
  stop(tx: Tx, id: string): Promise<void>;
  /** Has a run that failed, and waits for its next try, tried as soon as its turn comes. @returns whether it waited for a time */
  tryNow(tx: Tx, id: string, source: string): Promise<boolean>;
  /** The states of a source's runs that are not over. */
  open(tx: Tx, source: string): Promise<readonly RunState[]>;
  /** As `stop`, of every run of a source that is not over. @returns the states that they were in */
  stopAll(tx: Tx, source: string): Promise<readonly RunState[]>;
  /**
   * Ends the runs that are to be stopped and that nobody works on: their messages are settled, in one transaction with it.
   * @returns the ids of those that are still worked on, or on their way to their queue
   */
  endStopped(tx: Tx): Promise<readonly string[]>;
}

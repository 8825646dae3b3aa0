import type { Micros } from "../observation/time";
import type { Exclusion, Window } from "../window/model";
import type { RevisionRecord } from "./ledger";
import type { Tx } from "./transactions";

/** A revision as its manifest tells it. */
export interface RecoveredRevision
  extends Pick<
    RevisionRecord,
    | "revision"
    | "fileKey"
    | "sha256"
    | "bytes"
    | "rows"
    | "stations"
    | "columns"
    | "bbox"
    | "observed"
    | "desiredHash"
    | "mapHashes"
    | "coverageShare"
    | "complete"
    | "manifestKey"
  > {
  readonly current: boolean;
  readonly builtAt: Micros;
  readonly deliveries: readonly {
    readonly key: string;
    readonly generation: string;
    readonly rows: number;
    readonly mapHash: string;
  }[];
}

/** Writes into the ledger what a lost one said. Each call may be made again. */
export interface RecoveryLedger {
  /** The times and the ordinal that an ingestion had, in place of those of its repetition. */
  setHistory(
    tx: Tx,
    delivery: {
      readonly key: string;
      readonly generation: string;
      readonly ordinal: number;
      readonly receivedAt: Micros;
      readonly ingestedAt: Micros;
      readonly withdrawn: boolean;
    },
  ): Promise<void>;
  /** Neither payload nor points of this delivery are there any more; what files hold of it stays known. */
  setGone(tx: Tx, deliveryKey: string): Promise<void>;
  addExclusion(tx: Tx, dataset: string, exclusion: Exclusion): Promise<void>;
  /**
   * The window as built from its current revision's desired set.
   * @param sealed a desired delivery cannot be brought back: nothing is built there any more
   */
  addRevisions(
    tx: Tx,
    window: Window,
    declaredSpan: string,
    revisions: readonly RecoveredRevision[],
    sealed: boolean,
  ): Promise<void>;
}

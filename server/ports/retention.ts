import type { Micros } from "../observation/time";

export type RetentionKind = "points" | "payloads" | "revisions";

/** What goes by its age, and points that go because all that is made of them is exported. */
export type DeletionKind = RetentionKind | "export";

/** What would go, and what stays and why. */
export interface RetentionFinding {
  readonly kind: DeletionKind;
  readonly things: number;
  readonly rows?: number;
  readonly bytes: number;
  /** Time range of what would go. */
  readonly from?: Micros;
  readonly to?: Micros;
  readonly passedOver: readonly { readonly reason: string; readonly things: number }[];
}

/** Deletes what a dataset keeps no longer (SEMANTICS 4, *Deleting*). */
export interface Retention {
  /**
   * What `remove` would take now. Reads what is older than `receivedBefore` and not yet gone, never the rest of the history.
   * @param receivedBefore counts from receipt; for superseded revisions from when they were superseded
   */
  preview(dataset: string, kind: RetentionKind, receivedBefore: Micros): Promise<RetentionFinding>;
  /** Takes at most `limit` things, oldest first. @returns how many, their bytes where they are known, and whether there may be more */
  remove(
    dataset: string,
    kind: RetentionKind,
    receivedBefore: Micros,
    limit: number,
    signal: AbortSignal,
  ): Promise<{ readonly removed: number; readonly bytes?: number; readonly more: boolean }>;
}

/** Who deletes which kind; a kind without an entry cannot be switched on. */
export type Retentions = Partial<Readonly<Record<RetentionKind, Retention>>>;

/** The last deletion of one kind of one dataset, and all of them together. */
export interface RetentionRun {
  readonly dataset: string;
  readonly kind: DeletionKind;
  /** When it was last looked whether something has to go. */
  readonly lookedAt: Micros;
  readonly error: string | undefined;
  /** When something last went, and what: undefined where nothing has ever gone. */
  readonly removedAt: Micros | undefined;
  readonly removed: number;
  readonly bytes: number;
  /** Since retention began. */
  readonly totalRemoved: number;
  readonly totalBytes: number;
}

/** What became of retention, for people. */
export interface RetentionRuns {
  of(dataset: string): Promise<readonly RetentionRun[]>;
  /** Notes one look; where something went, also in the audit. */
  note(
    look: Pick<RetentionRun, "dataset" | "kind" | "error" | "removed" | "bytes"> & {
      /** Of what goes by its age. */
      readonly receivedBefore?: Micros;
    },
  ): Promise<void>;
}

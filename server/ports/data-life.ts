import type { Interval } from "../observation/interval";
import type { DataIngestionMap } from "../observation/model";
import type { Micros } from "../observation/time";
import type { Exclusion, Touch, Window, WindowRecord } from "../window/model";
import type { SeriesRef } from "./time-series";
import type { Tx } from "./transactions";

/** A window as whoever wants to delete has to know it. */
export interface HeldWindow {
  readonly window: Window;
  /** Current generations of deliveries that touch it and are not withdrawn. */
  readonly touches: readonly Touch[];
  readonly claimed: boolean;
  /** Active ones whose time overlaps it. */
  readonly exclusions: readonly Exclusion[];
  /** Undefined: no row. */
  readonly record: WindowRecord | undefined;
  /** Whether the last judgement said that it waits. */
  readonly waiting: boolean;
  /** Somebody holds its row at this moment: a build begins or is committed. */
  readonly busy: boolean;
  /** Whether every enabled projection has done the current revision. */
  readonly projected: boolean;
}

/** A delivery as whoever wants to delete its points or its payload has to know it. */
export interface HeldDelivery {
  readonly id: number;
  readonly key: string;
  readonly withdrawn: boolean;
  /** Whether a generation is recorded. */
  readonly ingested: boolean;
  /** Rows of the future were set aside and nobody has asked for them yet. */
  readonly futureOwed: boolean;
  /** Whether points of any of its generations are there. */
  readonly points: boolean;
  /** Whether those of its current generation are. */
  readonly currentPoints: boolean;
  readonly payload: boolean;
  /** A message that is not settled, or set aside, names the payload. */
  readonly payloadNamed: boolean;
  /** Windows that its current generation has rows in: these it is desired in, unless it is withdrawn. */
  readonly desiredIn: readonly HeldWindow[];
  /** Windows that any of its generations registered. */
  readonly registered: readonly HeldWindow[];
  /** Windows that its claim meets. */
  readonly claims: readonly HeldWindow[];
}

/** What goes in one transaction: of these deliveries, with the tokens of `fenced` taken and `sealed` marked. */
export interface Deletion {
  readonly deliveries: readonly number[];
  readonly fenced: readonly Window[];
  readonly sealed: readonly Window[];
}

/** A delivery that might go by its age. */
export interface AgedDelivery {
  readonly id: number;
  readonly receivedAt: Micros;
  /** Of the generations whose points are there, or of the current one. */
  readonly rows: number;
  readonly refs: readonly SeriesRef[];
  readonly payloadBytes: number;
  readonly observed: Interval | undefined;
}

/** Where a page of aged deliveries begins: after this one. */
export type AgedCursor = Pick<AgedDelivery, "id" | "receivedAt">;

/** A payload of which no present delivery is left. */
export interface DoomedPayload {
  /** Key in the file store. */
  readonly key: string;
  /** Another delivery of the same bytes, or a message, needs the file: only the ledger forgets it. */
  readonly shared: boolean;
}

/** Points that a build waits for, with all that is needed to make them again. */
export interface RestoreOrder extends SeriesRef {
  readonly payloadKey: string;
  /** Hex SHA-256 of the payload that was received. */
  readonly payloadSha256: string;
  readonly map: DataIngestionMap;
  /** Rows that the generation had. */
  readonly rows: number;
  /** Times of its first and last row: what lay outside was set aside or rejected, and is again. */
  readonly observed: Interval | undefined;
  readonly attempts: number;
}

/**
 * The ledger's part in the life of data (SEMANTICS 4, *Deleting* and *Sealed*). Points of a generation, and the payload of a delivery, are present,
 * then being removed (decided; the files go next), then gone; points come back by a restore. A file is deleted only after the transaction that says so,
 * so that a kill anywhere leaves something that `removals` knows.
 */
export interface DataLife {
  /**
   * Deliveries with all windows that they meet. With `lock` everything is held still until the transaction ends: the dataset's settings (so that nothing is
   * ingested or judged meanwhile), the deliveries, and the windows' rows; what somebody else holds is told as busy, and nobody is waited for.
   */
  hold(
    tx: Tx,
    dataset: string,
    deliveries: readonly number[],
    lock: boolean,
  ): Promise<readonly HeldDelivery[]>;
  /** Points of all generations of these deliveries are being removed from now on. */
  deletePoints(tx: Tx, deletion: Deletion): Promise<readonly SeriesRef[]>;
  /** Payloads of these deliveries are being removed from now on. */
  deletePayloads(tx: Tx, deletion: Deletion): Promise<void>;

  /** Points that are being removed, at most `limit`. */
  doomedPoints(limit: number): Promise<readonly SeriesRef[]>;
  /** Their files are gone. */
  pointsGone(refs: readonly SeriesRef[]): Promise<void>;
  /** Payloads that are being removed, at most `limit`. */
  doomedPayloads(limit: number): Promise<readonly DoomedPayload[]>;
  payloadGone(key: string): Promise<void>;

  /** Deliveries received before an instant whose points (payload) are there, oldest first, at most `limit` after `after`. */
  aged(
    dataset: string,
    kind: "points" | "payloads",
    receivedBefore: Micros,
    after: AgedCursor | undefined,
    limit: number,
  ): Promise<readonly AgedDelivery[]>;
  /** Deliveries with points of datasets that delete after export, at which it is time to look; each with its dataset. */
  exportDue(limit: number): Promise<readonly { readonly id: number; readonly dataset: string }[]>;
  /** They are looked at again at this instant, µs. */
  lookAtExport(tx: Tx, deliveries: readonly number[], at: Micros): Promise<void>;

  /** Restores that a due window waits for and whose time has come. One that no window waits for any more is forgotten. */
  restoresDue(limit: number): Promise<readonly RestoreOrder[]>;
  /** The points are there again: windows that are due for them are looked at. False when the restore was no longer wanted. */
  restored(tx: Tx, ref: SeriesRef): Promise<boolean>;
  restoreFailed(tx: Tx, ref: SeriesRef, error: string, retryAt: Micros): Promise<void>;
}

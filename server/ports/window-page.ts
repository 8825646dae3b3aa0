import type { Interval } from "../observation/interval";
import type { Micros } from "../observation/time";
import type { RevisionChange } from "../window/revision-cause";
import type { RevisionRecord } from "./ledger";

/** A delivery as one window sees it. */
export interface WindowDeliveryView {
  readonly key: string;
  /** Undefined: another program's. */
  readonly source: string | undefined;
  /** The part of its claim inside the window; undefined where it claims nothing of it. */
  readonly claim: Interval | undefined;
  /** Times of the first and the last row of its current generation, whatever their window. */
  readonly observed: Interval | undefined;
  /** Rows and stations of its current generation in this window. */
  readonly rows: number;
  readonly stations: number;
  readonly receivedAt: Micros;
  readonly collectedAt: Micros;
  /** Undefined: received, and not ingested yet. */
  readonly ingestedAt: Micros | undefined;
  readonly priority: number;
  readonly withdrawn: boolean;
  /** Received after the window was first built. */
  readonly late: boolean;
  /** Whether the current revision was built from this generation of it. */
  readonly inRevision: boolean;
}

/** When each step of the line was done with what is in the current revision; where there is none, with all that came. µs, UTC. */
export interface WindowTimes {
  /** Times of the first and the last row; undefined before the first build and of an empty revision. */
  readonly observed: Interval | undefined;
  /** Each from the first delivery's to the last one's. */
  readonly collected: Interval | undefined;
  readonly received: Interval | undefined;
  readonly ingested: Interval | undefined;
  /** When the window last became due; of the current revision only where it is before `built`. */
  readonly ready: Micros | undefined;
  /** By the first build of its bytes; where what it holds was ingested again after that, by the last one, which found them the same. */
  readonly built: Micros | undefined;
  /** By a later build, which found the same bytes of the same ingestions: no part of the way of what it holds. */
  readonly builtAgain: Micros | undefined;
  /** The first build, where `built` is a later one. */
  readonly firstBuilt: Micros | undefined;
  /** How often the revision was published: once more with each request for it. */
  readonly published: number;
}

export interface WindowRevisionView extends RevisionRecord {
  readonly current: boolean;
  readonly supersededAt: Micros | undefined;
  /** When retention deleted its file; the row stays. */
  readonly removedAt: Micros | undefined;
  /** When a later build last found the same bytes. */
  readonly verifiedAt: Micros | undefined;
  /** How many deliveries it was built from. */
  readonly deliveries: number;
  /** A sentence: what was other than at the revision before. */
  readonly why: string;
}

/** A delivery that is in one of two revisions only, or in each by another ingestion. */
export interface ChangedDelivery {
  readonly key: string;
  readonly source: string | undefined;
  /** Rows in the earlier and in the later revision, where it is in it. */
  readonly rowsBefore: number | undefined;
  readonly rowsAfter: number | undefined;
  readonly receivedAt: Micros | undefined;
}

/** What the ledger knows of the difference of two revisions; lists are cut, counts are whole. */
export interface RevisionDifference {
  readonly before: WindowRevisionView;
  readonly after: WindowRevisionView;
  readonly change: RevisionChange;
  readonly added: readonly ChangedDelivery[];
  readonly removed: readonly ChangedDelivery[];
  readonly ingestedAgain: readonly ChangedDelivery[];
}

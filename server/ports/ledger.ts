import type { CanonicalColumn } from "../observation/column";
import type { Interval } from "../observation/interval";
import type { DataIngestionMap } from "../observation/model";
import type { Micros } from "../observation/time";
import type {
  BuildPhase,
  Coverage,
  Exclusion,
  Judgement,
  SpanRule,
  Window,
  WindowFacts,
} from "../window/model";
import type { Tx } from "./transactions";

/** A payload as its command first named it (SEMANTICS 3). */
export interface DeliveryFacts {
  readonly dataset: string;
  readonly start: Micros;
  readonly end: Micros;
  readonly payloadSha256: string;
  /** Key in the file store. */
  readonly payloadKey: string;
  readonly payloadBytes: number;
  /** Fixed by the first ingest: foreign 0, live feeds 0, archives 10. */
  readonly priority: number;
  /** From the payload's footer, else the command's end; never the time of arrival. */
  readonly collectedAt: Micros;
  readonly sourceName: string | undefined;
}

export interface Delivery extends DeliveryFacts {
  readonly id: number;
  /** Hex SHA-256 over dataset, start, end and the payload's hash: the same payload twice is one delivery. */
  readonly key: string;
  readonly withdrawn: boolean;
}

/** What one ingestion found. */
export interface GenerationFacts {
  readonly commandId: string;
  readonly ordinal: number;
  readonly map: DataIngestionMap;
  readonly mapHash: string;
  readonly mapVersion: number;
  readonly columns: readonly CanonicalColumn[];
  readonly rows: number;
  readonly stations: number;
  /** Extent of the accepted rows' times, undefined when there is none. */
  readonly observed: Interval | undefined;
  readonly touches: readonly {
    readonly window: Interval;
    readonly rows: number;
    readonly stations: number;
  }[];
  readonly rejected: readonly {
    readonly reason: string;
    readonly count: number;
    readonly examples: readonly unknown[];
  }[];
  /** Cells that were missing because they could not be used, by reason. */
  readonly badCells: Readonly<Record<string, number>>;
  readonly unmapped: Readonly<Record<string, number>>;
  /** When the earliest row set aside as future is due; undefined when there is none. */
  readonly futureDueAt: Micros | undefined;
}

/** A delivery that waits to be ingested again, with all that its command needs. */
export interface FutureRows {
  readonly key: string;
  readonly generation: string;
  readonly dataset: string;
  readonly start: Micros;
  readonly end: Micros;
  readonly payloadKey: string;
  readonly map: DataIngestionMap;
  readonly mapVersion: number;
}

/** A delivery as a build uses it. Rank = (priority, collectedAt, key), higher wins. */
export interface PlannedDelivery {
  readonly key: string;
  readonly generation: string;
  readonly priority: number;
  readonly collectedAt: Micros;
  readonly rows: number;
  readonly mapHash: string;
  readonly columns: readonly CanonicalColumn[];
  readonly sourceName: string | undefined;
}

/** A delivery of the desired set with its provenance, which the manifest tells and the file's bytes do not depend on. */
export interface DesiredDelivery extends PlannedDelivery {
  /** [start, end) of its first command: with the payload's hash it makes the key. */
  readonly interval: Interval;
  /** The part of its claim inside the window; undefined where it has rows but claims nothing. */
  readonly claim: Interval | undefined;
  readonly payloadSha256: string;
  /** Key in the file store. */
  readonly payloadKey: string;
  /** Which of the delivery's ingestions the current generation is. */
  readonly ordinal: number;
  /** Stations that its rows in the window have. */
  readonly stations: number;
  readonly mapVersion: number;
  readonly receivedAt: Micros;
  /** When the current generation was recorded. */
  readonly ingestedAt: Micros;
}

/** What a build has to do; the desired set as it stood when the token was taken. */
export interface BuildPlan {
  readonly window: Window;
  readonly declaredSpan: string;
  /** Fencing token. */
  readonly token: number;
  readonly desiredHash: string;
  readonly deliveries: readonly DesiredDelivery[];
  /** The maps of the deliveries' current generations, by hash. */
  readonly maps: Readonly<Record<string, DataIngestionMap>>;
  readonly exclusions: readonly Exclusion[];
  readonly coverageShare: number;
  readonly complete: boolean;
  /** Holes in the coverage of more than one second. */
  readonly gaps: readonly Interval[];
  /** Undefined when no file is current. */
  readonly current: RevisionRecord | undefined;
  readonly lastRevision: number;
  /** Person's requests that this build will serve. */
  readonly requests: readonly string[];
  /** Nothing is built: the current revision is published once more, as what it was built from. */
  readonly sealed: boolean;
}

export interface RevisionRecord {
  readonly revision: number;
  readonly output: "revision" | "empty";
  /** Key in the file store; undefined when empty. */
  readonly fileKey: string | undefined;
  readonly sha256: string | undefined;
  readonly bytes: number;
  readonly rows: number;
  readonly stations: number;
  readonly columns: readonly CanonicalColumn[];
  readonly bbox: readonly [number, number, number, number] | undefined;
  readonly observed: Interval | undefined;
  readonly desiredHash: string;
  readonly mapHashes: readonly string[];
  readonly coverageShare: number;
  readonly complete: boolean;
  readonly manifestKey: string | undefined;
  /** How often this revision has been published; the ordinal of the next publication (SEMANTICS 7). */
  readonly publications: number;
  readonly builtAt: Micros;
}

/** The current revision of a window whose coverage changed while its desired set did not (SEMANTICS 4, *Desired set*). */
export interface CoverageChange {
  readonly window: Window;
  readonly revision: number;
  /** Undefined when the revision is empty. */
  readonly fileKey: string | undefined;
  /** The manifest that tells the coverage as it was. */
  readonly manifestKey: string | undefined;
  /** As it is now. */
  readonly coverage: Coverage;
}

/** How a build ended, from the build's point of view. */
export type BuildResult =
  | {
      readonly kind: "built";
      readonly output: "revision" | "empty";
      readonly fileKey: string | undefined;
      readonly sha256: string | undefined;
      readonly bytes: number;
      readonly rows: number;
      readonly stations: number;
      readonly columns: readonly CanonicalColumn[];
      readonly bbox: readonly [number, number, number, number] | undefined;
      readonly observed: Interval | undefined;
      readonly mapHashes: readonly string[];
      readonly manifestKey: string | undefined;
    }
  | { readonly kind: "failed"; readonly error: string; readonly phase?: BuildPhase | undefined };

/** What the commit of a build did. `publish`: announce this revision with this publication ordinal. */
export type BuildCommit =
  | { readonly kind: "lost" }
  | { readonly kind: "failed" }
  | {
      readonly kind: "committed";
      readonly revision: RevisionRecord;
      readonly changed: boolean;
      readonly publish: boolean;
    };

/**
 * The truth about deliveries, generations, windows and revisions. Every method that takes a Tx is part of the caller's transaction.
 * Work per call is proportional to the windows named, never to history.
 */
export interface Ledger {
  /** The database's clock (leases and fences use no other). */
  now(tx: Tx): Promise<Micros>;
  /** The dataset's span rules, oldest first. @throws NotFound */
  spans(tx: Tx, dataset: string): Promise<readonly SpanRule[]>;

  /**
   * Inserts or finds the delivery of these facts; the claim (already clipped, cut into windows) is recorded at the first receipt only, and counts from
   * the first recorded generation on. A payload that was deleted and comes again is there again.
   * @throws Transient while its payload is being deleted
   */
  receive(
    tx: Tx,
    facts: DeliveryFacts,
    claims: readonly { window: Interval; claim: Interval }[],
  ): Promise<Delivery>;
  /**
   * Records a generation; makes it current when it is the highest by (ordinal, command id). The same command id twice changes nothing.
   * @returns the windows whose desired set may have changed: touched by the generation, by the one it replaces, or claimed.
   */
  recordGeneration(
    tx: Tx,
    deliveryId: number,
    facts: GenerationFacts,
  ): Promise<{ current: boolean; windows: readonly Window[] }>;
  /** The windows that the generation of this command touches or its delivery claims; undefined when no such generation is in the ledger. */
  windowsOfCommand(tx: Tx, commandId: string): Promise<readonly Window[] | undefined>;
  /**
   * Takes the next ordinal of a delivery for a request to ingest again; repeated with the same request id it returns the same. Rows of the
   * future are asked for whatever is sealed: where they are too late, they are shown so.
   * @throws NotFound; Denied where its payload is deleted or a person asks and a window that it touches is sealed
   */
  nextOrdinal(
    tx: Tx,
    deliveryKey: string,
    requestId: string,
    asks?: "person" | "future rows",
  ): Promise<number>;
  /** @returns the windows to judge, and whether it was otherwise before. @throws NotFound; Denied where a touched window is sealed */
  setWithdrawn(
    tx: Tx,
    deliveryKey: string,
    withdrawn: boolean,
  ): Promise<{ readonly windows: readonly Window[]; readonly changed: boolean }>;

  /** Locks the window's row (or its absence) and loads what a judgement reads. */
  lockWindow(tx: Tx, window: Window): Promise<WindowFacts>;
  /** Stores a judgement: row made, changed or removed; `lookAgainAt` and `buildNow` feed `dueWindows`. */
  saveJudgement(tx: Tx, window: Window, judgement: Judgement): Promise<void>;
  /**
   * Windows to look at: those whose time has come (lookAgainAt passed) and, as `buildNow`, those that may build now or have a coverage to
   * follow; at most `limit` of each, so that neither hides the other. Live ones before backfill, oldest end first.
   */
  dueWindows(tx: Tx, now: Micros, limit: number): Promise<readonly { window: Window; buildNow: boolean }[]>;

  /**
   * Has windows judged by the reconciler, each in a transaction of its own: they are among the next `dueWindows`; a row is made where there is none.
   * The caller has locked the datasets' settings (`Catalog.lockDataset`), so that no judgement by older facts comes after it.
   */
  judgeLater(tx: Tx, windows: readonly Window[]): Promise<void>;

  /** A person's reprocess (request key, window). The same key twice is one request. */
  requestReprocess(tx: Tx, window: Window, requestKey: string, forced: boolean): Promise<boolean>;

  /**
   * Takes the build token when no lease is alive and the stored judgement said that a build may start. The caller judges first, in the
   * same transaction. Undefined when somebody else builds.
   */
  beginBuild(tx: Tx, window: Window, leaseMs: number): Promise<BuildPlan | undefined>;
  /** Prolongs the lease, and tells for the window's page where the build is. False when the token is no longer ours. */
  renewBuild(tx: Tx, window: Window, token: number, leaseMs: number, phase?: BuildPhase): Promise<boolean>;
  /**
   * Checks the token and records the result: revision row (unless the bytes equal the current revision's), built hash, current pointer,
   * served requests removed, wanted revision of every enabled projection raised. A failed one: attempts, error, retry time.
   */
  commitBuild(
    tx: Tx,
    plan: BuildPlan,
    result: BuildResult,
    retryAt: Micros | undefined,
  ): Promise<BuildCommit>;

  /** Whether the current revision of a window tells a coverage that is no longer the stored judgement's, with nothing else owed. */
  coverageChange(tx: Tx, window: Window): Promise<CoverageChange | undefined>;
  /** The revision tells the new coverage and names the new manifest, unless a build was faster. No revision, no event. */
  followCoverage(tx: Tx, change: CoverageChange, manifestKey: string | undefined): Promise<void>;
}

/** Rows set aside as future, for the reconciler (SEMANTICS 3, *Time limits*). */
export interface FutureLedger {
  /**
   * Current generations with rows set aside as future whose time has come and for which nobody has asked yet, earliest first; not those whose delivery is
   * being ingested again.
   */
  futureDue(tx: Tx, limit: number): Promise<readonly FutureRows[]>;
  /** False when it is not due any more by what `futureDue` says. Whoever holds the delivery may rely on it. */
  markFutureAsked(tx: Tx, generation: string): Promise<boolean>;
}

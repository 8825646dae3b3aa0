import type { Check } from "../health/model";
import type { Lane } from "../message";
import type { Interval } from "../observation/interval";
import type { DataIngestionMap, DatasetMetadata } from "../observation/model";
import type { Micros } from "../observation/time";
import type { RunState } from "../source/model";
import type { SpanRule, WindowSettings } from "../window/model";
import type { RetentionKind } from "./retention";
import type { Tx } from "./transactions";

export interface Source {
  readonly name: string;
  readonly kind: string;
  /** Parsed by the plug-in's schema at use; kept as entered, with its secrets sealed. */
  readonly config: unknown;
  readonly enabled: boolean;
  readonly dataset: string;
  /** The map that its commands carry. */
  readonly map: DataIngestionMap;
  /** SHA-256 of the map's canonical JSON: its identity. */
  readonly mapHash: string;
  readonly mapVersion: number;
  readonly createdAt: Micros;
  /** When a person removed it: nothing of it runs, and its name stays joined to what it delivered. */
  readonly removedAt?: Micros | undefined;
}

export interface Schedule {
  readonly id: string;
  readonly source: string;
  readonly windowSize: Micros;
  readonly interval: Micros;
  readonly lag: Micros;
  readonly enabled: boolean;
  /** Boundaries up to and including this one have been fired or skipped. */
  readonly firedThrough: Micros;
  /** When a person removed it: it fires no more and is not shown, and what it has fired stays fired. */
  readonly removedAt?: Micros | undefined;
}

export interface Dataset {
  readonly metadata: DatasetMetadata;
  readonly identity: readonly string[];
  readonly mobile: boolean;
  readonly personal: readonly string[];
  /** Rows before this instant are rejected (default 2010-01-01). */
  readonly floor: Micros;
  readonly settings: WindowSettings;
  /** Points go once their windows are settled, built and projected; payloads stay (SEMANTICS 4, *Deleting*). */
  readonly deleteAfterExport?: boolean;
  readonly licence: string;
  readonly attribution: string;
  readonly synthetic: boolean;
  /** For how long what is kept; a kind that is left out is kept for ever. */
  readonly retention?: Partial<Readonly<Record<RetentionKind, Micros>>>;
}

export interface Projection {
  readonly name: string;
  readonly kind: string;
  readonly enabled: boolean;
  /** As a source's. */
  readonly config: unknown;
}

export interface Run {
  /** = StartSourceCommand.id */
  readonly id: string;
  readonly source: string;
  readonly range: Interval;
  readonly trigger: "schedule" | "person" | "first-fill";
  readonly lane: Lane;
  readonly state: RunState;
  readonly attempts: number;
  readonly error: string | undefined;
  /** Which check its error is of, where something outside was wrong. */
  readonly failedCheck: Check | undefined;
  readonly rows: number | undefined;
  readonly progress: string | undefined;
  /** What was fetched but cannot be read: name and reason. */
  readonly damaged: readonly { readonly name: string; readonly reason: string }[];
  readonly requestedAt: Micros;
  readonly startedAt: Micros | undefined;
  readonly finishedAt: Micros | undefined;
}

export interface AuditEntry {
  /** `local` until there is sign-in. */
  readonly who: string;
  readonly what: string;
  readonly subject: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** How configurations are stored: with their secrets sealed; one that stays the same keeps its sealed form. */
export type SealSettings = (
  of: "source" | "projection",
  kind: string,
  config: unknown,
  present: unknown,
  tx: Tx,
) => Promise<unknown>;

/** What people configure, and the runs of sources. */
export interface Catalog {
  /** Until the transaction ends nobody else fills or overwrites the catalogue as a whole. */
  lock(tx: Tx): Promise<void>;
  /** Those that are there, by name; without the removed ones. */
  sources(tx?: Tx): Promise<readonly Source[]>;
  /** As `sources`, and behind them those that were removed: what they delivered is still told by them. */
  everySource(tx?: Tx): Promise<readonly Source[]>;
  /** @throws NotFound naming the sources that exist, also for one that was removed */
  source(name: string, tx?: Tx): Promise<Source>;
  /**
   * Creates or overwrites it; one without `removedAt` is there, also where it had been removed: then it begins anew. From the moment one is removed until
   * the transaction ends, nobody asks it for anything.
   */
  saveSource(tx: Tx, source: Omit<Source, "createdAt">): Promise<void>;
  /** Those that were removed among them. */
  schedules(source?: string, tx?: Tx): Promise<readonly Schedule[]>;
  /** As `schedules`; until the transaction ends, none of them fires or is changed by anybody else. */
  lockedSchedules(tx: Tx, source?: string): Promise<readonly Schedule[]>;
  saveSchedule(tx: Tx, schedule: Schedule): Promise<void>;
  /** Moves the mark forward only; false when another scheduler was there first, or the schedule or its source was turned off or removed. */
  markFired(tx: Tx, schedule: string, from: Micros, through: Micros): Promise<boolean>;
  /** The same range twice is one. */
  recordSkipped(tx: Tx, schedule: string, skipped: Interval, reason: string): Promise<void>;

  datasets(tx?: Tx): Promise<readonly Dataset[]>;
  /** In a transaction its settings stand until that ends: a change of them waits. @throws NotFound */
  dataset(name: string, tx?: Tx): Promise<Dataset>;
  /**
   * For a change of its settings: waits for the transactions that read them, and until this one ends no other reads them. Called before
   * anything of the dataset is locked. @throws NotFound
   */
  lockDataset(tx: Tx, name: string): Promise<Dataset>;
  /** Creates the dataset with its first span, or leaves an existing one as it is (messages never override the catalogue, SEMANTICS 4). */
  ensureDataset(tx: Tx, dataset: Dataset): Promise<void>;
  saveDataset(tx: Tx, dataset: Dataset): Promise<void>;
  /** Replaces the span history of a dataset; rules oldest first. */
  saveSpans(tx: Tx, name: string, rules: readonly SpanRule[]): Promise<void>;

  projections(tx?: Tx): Promise<readonly Projection[]>;
  saveProjection(tx: Tx, projection: Projection): Promise<void>;

  /** Inserts a run unless one with this id exists; true when it was inserted. @throws NotFound for a source that was removed */
  requestRun(tx: Tx, run: Pick<Run, "id" | "source" | "range" | "trigger" | "lane">): Promise<boolean>;
  /** A run that is done stays so. @returns false, and changes nothing, where somebody has cancelled the run */
  updateRun(
    id: string,
    change: Partial<
      Pick<Run, "state" | "error" | "failedCheck" | "rows" | "progress" | "attempts" | "damaged">
    >,
    tx?: Tx,
  ): Promise<boolean>;
  runs(filter: { source?: string; limit: number; offset?: number }): Promise<readonly Run[]>;
  run(id: string): Promise<Run | undefined>;

  audit(tx: Tx, entry: AuditEntry): Promise<void>;
  /** Many entries in one statement. */
  auditAll(tx: Tx, entries: readonly AuditEntry[]): Promise<void>;
}

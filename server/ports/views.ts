import type { Check } from "../health/model";
import type { CanonicalColumn } from "../observation/column";
import type { Interval } from "../observation/interval";
import type { Micros } from "../observation/time";
import type { Product } from "../projection/plugin";
import type { BuildPhase, ReasonClass, Window, WindowState } from "../window/model";
import type { Received } from "../window/received";
import type { IntakeState } from "./intake";
import type { JobPool } from "./jobs";
import type { RunDetailView, RunView } from "./run-view";
import type { GridAsk, GridView, SelectionAsk, SelectionCount } from "./window-grid";
import type { RevisionDifference, WindowDeliveryView, WindowRevisionView, WindowTimes } from "./window-page";

/** One page of a list, newest first; `next` is the cursor of the next page. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | undefined;
}

/** One stage of the line as home shows it. Counts are of the last hour unless they say otherwise. */
export interface StageView {
  readonly stage: "source" | "ingest" | "window" | "dataset" | "projection";
  readonly doneLastHour: number;
  readonly waiting: number;
  readonly running: number;
  readonly failed: number;
  /** Age of the oldest waiting piece of work, µs; undefined when nothing waits. */
  readonly lag: Micros | undefined;
}

export interface HomeView {
  readonly now: Micros;
  readonly stages: readonly StageView[];
  /** Windows in each passing state now; of the lasting ones (built, incomplete, empty) those built within a day. */
  readonly windowStates: Readonly<Record<WindowState, number>>;
  readonly deadLetters: number;
  readonly rowsLastHour: number;
  readonly latestBuilt: readonly WindowView[];
  readonly failures: readonly {
    readonly what: string;
    readonly subject: string;
    readonly error: string;
    /** How many there are, of which this is the newest. */
    readonly count: number;
    readonly href: string;
    /** Of a run, the check that it failed at, and what to do about that. */
    readonly failedCheck?: Check | undefined;
    readonly todo?: string | undefined;
  }[];
  readonly jobPools: Readonly<Record<JobPool, { readonly waiting: number; readonly active: number }>>;
}

/** What passed in one hour of UTC. */
export interface HourOfLine {
  readonly start: Micros;
  /** Rows that were ingested and rejected, and deliveries they came in. */
  readonly rows: number;
  readonly rejected: number;
  readonly deliveries: number;
  /** Revisions that were built. */
  readonly windows: number;
  /** How many of them people had made: they asked for the build, or for the collection of the window's time after it was over. */
  readonly byHand: number;
  /** Half of the live windows that nobody had made were built sooner than this after their end, µs; undefined when none was. */
  readonly lag: Micros | undefined;
}

/** Whether sources may collect now, and since when that is so. */
export type IntakeView = IntakeState & { readonly since: Micros | undefined };

export interface SourceView {
  readonly name: string;
  readonly kind: string;
  readonly title: string;
  /** Whether this version has its kind: where not, its settings are kept and nothing of it runs. */
  readonly known: boolean;
  readonly enabled: boolean;
  readonly dataset: string;
  readonly synthetic: boolean;
  readonly licence: string;
  readonly attribution: string;
  readonly schedules: readonly {
    readonly id: string;
    readonly windowSize: Micros;
    readonly interval: Micros;
    readonly lag: Micros;
    readonly enabled: boolean;
    /** Boundaries up to and including this one have been fired or skipped. */
    readonly firedThrough: Micros;
    /** Undefined where it or its source is off. */
    readonly nextFire: Micros | undefined;
    readonly skipped: readonly Interval[];
  }[];
  /** Skipped by schedules that it had and has no more. */
  readonly skippedBefore: readonly Interval[];
  /** What its deliveries brought within the last 24 hours. */
  readonly lastDay: { readonly rows: number; readonly bytes: number };
  /** The one that was asked for last. */
  readonly lastRun: RunView | undefined;
  readonly newestObservation: Micros | undefined;
  /** When a person removed it; undefined of one that is there. */
  readonly removedAt: Micros | undefined;
}

/** One delivery with its current generation. */
export interface IngestView {
  readonly delivery: string;
  readonly dataset: string;
  readonly source: string | undefined;
  readonly start: Micros;
  readonly end: Micros;
  readonly receivedAt: Micros;
  readonly collectedAt: Micros;
  readonly withdrawn: boolean;
  readonly payloadBytes: number;
  readonly generations: number;
  readonly ingestedAt: Micros | undefined;
  readonly rows: number;
  readonly stations: number;
  readonly rejectedRows: number;
  readonly rejected: readonly {
    readonly reason: string;
    readonly count: number;
    readonly examples: readonly unknown[];
  }[];
  readonly badCells: Readonly<Record<string, number>>;
  readonly unmapped: Readonly<Record<string, number>>;
  readonly futureDueAt: Micros | undefined;
}

export interface WindowView {
  readonly dataset: string;
  readonly synthetic: boolean;
  readonly start: Micros;
  readonly end: Micros;
  readonly state: WindowState;
  readonly stale: boolean;
  /** Where it is stale for no newer data, but because somebody asked: when that was, and the number of the reprocess that it belongs to. */
  readonly askedAgain: { readonly at: Micros; readonly reprocess: number | undefined } | undefined;
  /** A sentence. */
  readonly reason: string;
  /** The class of that sentence. */
  readonly reasonClass: ReasonClass;
  /** Current revision number; undefined: none. */
  readonly revision: number | undefined;
  readonly rows: number;
  readonly stations: number;
  readonly coverageShare: number;
  readonly deliveries: number;
  readonly builtAt: Micros | undefined;
  /** Absolute paths of the current canonical file(s). */
  readonly files: readonly string[];
  readonly error: string | undefined;
}

/** A window without its lists, which have pages of their own. */
export interface WindowSummaryView extends WindowView {
  /** What came, whether or not it is built yet. */
  readonly received: Received;
  /** All deliveries that claim the window or have rows in it, and how many of them are withdrawn. */
  readonly deliveriesInAll: number;
  readonly deliveriesWithdrawn: number;
  /** What came and is not in the current revision; without one, all that came. */
  readonly since: { readonly deliveries: number; readonly rows: number };
  readonly gaps: readonly Interval[];
  readonly retryAt: Micros | undefined;
  readonly attempts: number;
  /** Where the build that runs was when it last told (every 20 s), or where the last one failed. */
  readonly phase: BuildPhase | undefined;
  /** Who asked to make it again; undefined where `askedAgain` is. */
  readonly askedBy: string | undefined;
  readonly times: WindowTimes;
  /** When points of it were deleted together with their payloads: it is not built again. */
  readonly sealedAt: Micros | undefined;
  readonly projections: readonly {
    readonly projection: string;
    readonly wanted: number;
    readonly done: number;
    readonly error: string | undefined;
    readonly doneAt: Micros | undefined;
    /** When it was last wanted: with the build, or because somebody asked for it. */
    readonly wantedAt: Micros;
    /** The revision that the products are of; 0: none. */
    readonly productRevision: number;
    readonly products: readonly Product[];
  }[];
}

/** A window with everything, for the command line. */
export interface WindowDetailView extends WindowSummaryView {
  readonly deliveryList: readonly WindowDeliveryView[];
  readonly revisions: readonly WindowRevisionView[];
}

export interface DatasetView {
  readonly name: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly synthetic: boolean;
  readonly licence: string;
  readonly attribution: string;
  readonly declaredSpan: string;
  readonly subjectToChange: Micros;
  readonly policy: string;
  readonly identity: readonly string[];
  readonly mobile: boolean;
  /** Those of the newest current file. */
  readonly columns: readonly CanonicalColumn[];
  /** Those that shown files of other windows may have beside them: of a map of another time, as in another unit. Never fewer: all that there ever were. */
  readonly otherColumns: readonly CanonicalColumn[];
  readonly windows: number;
  /** Span of the current revisions' observations. */
  readonly observed: Interval | undefined;
  readonly latest: WindowView | undefined;
}

export interface WindowFilter {
  readonly dataset?: string | undefined;
  readonly states?: readonly WindowState[] | undefined;
  /** Of true, those that newer data has come for, and not those that somebody asked to make again. */
  readonly stale?: boolean | undefined;
  /** Asked only of a bounded span of time, as words are. */
  readonly reasons?: readonly ReasonClass[] | undefined;
  readonly from?: Micros | undefined;
  readonly to?: Micros | undefined;
  /** Words that the reason must hold, in any case; asked only of a bounded span of time. */
  readonly words?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** One delivery with everything known of it. */
export type IngestDetailView = IngestView & {
  readonly payloadKey: string;
  readonly payloadSha256: string;
  /** `present`, or on its way out by retention. */
  readonly payload: string;
  readonly priority: number;
  /** Its ingestions, the highest first. */
  readonly history: readonly {
    readonly command: string;
    readonly ordinal: number;
    readonly current: boolean;
    readonly mapHash: string;
    readonly mapVersion: number;
    readonly rows: number;
    readonly stations: number;
    readonly rejectedRows: number;
    readonly points: string;
    readonly ingestedAt: Micros;
  }[];
  /** Windows that it claims or where its rows landed, oldest first; those that were never judged have no state. */
  readonly windows: readonly (Interval & {
    readonly rows: number;
    readonly stations: number;
    readonly claimed: boolean;
    readonly state: WindowState | undefined;
  })[];
};

export interface ProjectionView {
  readonly name: string;
  readonly kind: string;
  readonly title: string;
  readonly enabled: boolean;
  /** Windows whose current revision is projected, and those that wait for it. */
  readonly done: number;
  readonly owed: number;
  readonly running: number;
  readonly failed: number;
  readonly lastDoneAt: Micros | undefined;
}

/** When the worker last asked its database something. It does so every two seconds, so that a longer silence says that it hangs. */
export interface WorkerPresence {
  /** µs; undefined where no worker is connected: it starts, or has ended. */
  readonly heardAt: Micros | undefined;
  /** µs since then, by the database's clock. */
  readonly silentFor: Micros | undefined;
}

/** What screens and the command line read. Every list reads only its page. */
export interface Views {
  /** The revision whose file or manifest lay under this key until retention deleted it; undefined for any other key. */
  removedFile(key: string): Promise<{ readonly revision: number; readonly removedAt: Micros } | undefined>;
  home(): Promise<HomeView>;
  /** The last 24 hours of UTC, oldest first; the last one still runs. */
  lastDay(): Promise<readonly HourOfLine[]>;
  intake(): Promise<IntakeView>;
  /** Whether the worker lives. */
  worker(): Promise<WorkerPresence>;
  sources(): Promise<readonly SourceView[]>;
  runs(filter: {
    readonly source?: string | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  }): Promise<Page<RunView>>;
  /** @throws NotFound */
  run(id: string): Promise<RunDetailView>;
  ingests(filter: {
    readonly dataset?: string | undefined;
    /** The key of one delivery. */
    readonly delivery?: string | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  }): Promise<Page<IngestView>>;
  /** @throws NotFound */
  ingest(delivery: string): Promise<IngestDetailView>;
  projections(): Promise<readonly ProjectionView[]>;
  windows(filter: WindowFilter): Promise<Page<WindowView>>;
  /** Windows as cells; the answer is bounded by `most` and the number of datasets. */
  windowGrid(ask: GridAsk): Promise<GridView>;
  /** How many windows are selected, by dataset and state. */
  windowSelection(ask: SelectionAsk): Promise<readonly SelectionCount[]>;
  /** @throws NotFound */
  window(dataset: string, start: Micros, end?: Micros): Promise<WindowDetailView>;
  /** @throws NotFound */
  windowSummary(dataset: string, start: Micros): Promise<WindowSummaryView>;
  /** In the order of what they claim. */
  windowDeliveries(
    window: Window,
    page: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Page<WindowDeliveryView>>;
  /** Newest first; `below`: only earlier ones than this. */
  windowRevisions(
    window: Window,
    page: { readonly limit: number; readonly below?: number | undefined },
  ): Promise<Page<WindowRevisionView>>;
  /** @throws NotFound where the window lacks one of them */
  revisionDifference(window: Window, before: number, after: number): Promise<RevisionDifference>;
  /** Runs whose deliveries claim the window or have rows in it, and those over its time that have none yet; newest first. */
  windowRuns(window: Window, limit: number): Promise<readonly RunView[]>;
  datasets(): Promise<readonly DatasetView[]>;
  /** @throws NotFound */
  dataset(name: string): Promise<DatasetView>;
}

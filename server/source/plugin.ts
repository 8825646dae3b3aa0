import type { z } from "zod";
import type { Probed, ProbePorts } from "../health/probe";
import type { Interval } from "../observation/interval";
import type { DataIngestionMap, DatasetMetadata } from "../observation/model";
import type { Micros } from "../observation/time";
import type { Clock } from "../ports/clock";
import type { Columnar } from "../ports/columnar";
import type { Files } from "../ports/files";
import type { Http } from "../ports/http";
import type { Log } from "../ports/log";

/** What a plug-in needs of the world. */
export interface CollectPorts {
  readonly http: Http;
  readonly files: Files;
  readonly columnar: Columnar;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Stays the same when a run is tried again: what it fetched before is found under it (`RunCache`). */
  readonly runId: string;
  /** How often this run was tried before. */
  readonly attempt: number;
  /** Live progress of the run, shown on the screen: "file 312 of 19 004". */
  readonly progress: (done: number, total: number | undefined, words: string) => Promise<void>;
}

/** What one run brought home. Exactly one payload, with every vendor field, mapped or not; zero rows still make a payload (SEMANTICS 3). */
export interface Collected {
  /** A finished local Parquet file (from `files.scratch`); the caller adopts it. Its footer carries `ionbeam.collected_at` and `ionbeam.requested`. */
  readonly payload: string;
  readonly rows: number;
  /** What the delivery claims: the requested range, or wider where the vendor answers in whole days. */
  readonly claim: Interval;
  /** What was fetched but cannot be read, kept beside the payload and shown: name and reason in words. */
  readonly damaged: readonly { readonly name: string; readonly reason: string }[];
}

/** Defaults of the dataset that a source feeds; the catalogue copies them when the source is created and people edit the copy. */
export interface DatasetDefaults {
  readonly metadata: DatasetMetadata;
  /** Columns that make up the identity beside time (SEMANTICS 2). */
  readonly identity: readonly string[];
  /** Mobile data has its position in the identity. */
  readonly mobile: boolean;
  /** Columns that are never written to canonical data. */
  readonly personal: readonly string[];
  readonly licence: string;
  readonly attribution: string;
  /** Made up, not measured: labelled wherever shown. */
  readonly synthetic: boolean;
}

export interface ScheduleDefaults {
  readonly windowSize: Micros;
  readonly interval: Micros;
  readonly lag: Micros;
}

/**
 * A kind of source. Adding one is a folder with an `index.ts` that exports this, and one line in `source/index.ts`.
 */
export interface SourcePlugin<Config extends z.ZodType = z.ZodType> {
  /** The folder's name. */
  readonly kind: string;
  /** The instance that a new installation has (name in queue and YAML). */
  readonly defaultInstance: string;
  readonly title: string;
  /** zod object with titles and descriptions, and a default for every key. Keys are those of the seed's YAML; the form on its page is drawn from it. Secrets: see docs/adding-a-source.md. */
  readonly config: Config;
  /** Whether the default instance is enabled on a new installation. */
  readonly enabledByDefault: boolean;
  readonly dataset: (config: z.infer<Config>) => DatasetDefaults;
  readonly map: (config: z.infer<Config>) => DataIngestionMap;
  readonly schedules: readonly ScheduleDefaults[];
  /** Archives rank above live feeds: 0 live, 10 archive (SEMANTICS 3, *Which value wins*). */
  readonly priority: number;
  /** Whatever part of a UTC day is asked for, the whole day is fetched and claimed: what is wanted of one day is asked for at once. */
  readonly answersWholeDays?: boolean;
  /** On the very first start, fill this many whole windows before now (and the open one). */
  readonly firstFillWindows: number;
  /**
   * Collects [start, end). Called again from the start after a crash: what was fetched before must be found again (`RunCache`).
   * @throws Transient to be tried again; Denied or Invalid when asking again cannot help. Then no command is published.
   */
  readonly collect: (request: Interval, config: z.infer<Config>, ports: CollectPorts) => Promise<Collected>;
  /**
   * Asks the service once, as cheaply as it can be asked, when a person wants to know how it is: how far the answer came, and whether there is
   * something new. Left out by sources that ask nothing outside.
   */
  readonly probe?: (config: z.infer<Config>, ports: ProbePorts) => Promise<Probed>;
}

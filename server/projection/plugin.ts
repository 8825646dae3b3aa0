import type { z } from "zod";
import type { CanonicalColumn } from "../observation/column";
import type { Interval } from "../observation/interval";
import type { DatasetMetadata } from "../observation/model";
import type { Clock } from "../ports/clock";
import type { Columnar } from "../ports/columnar";
import type { Files } from "../ports/files";
import type { Log } from "../ports/log";

export interface ProjectPorts {
  readonly files: Files;
  readonly columnar: Columnar;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /**
   * To be called right before anything lasting is written.
   * @throws Conflict when somebody else has taken this work over
   */
  readonly confirm: () => Promise<void>;
}

/** What the products of a dataset are made with, whatever window or day they are of. Columns' roles come from here, never from names. */
export interface DatasetFacts {
  readonly dataset: DatasetMetadata;
  /** Columns of the whole dataset: the union over its revisions, in the order of SEMANTICS 1. All products carry them (SEMANTICS 5, *Days*). */
  readonly datasetColumns: readonly CanonicalColumn[];
  readonly identity: readonly string[];
  /** Mobile data has its position, rounded to 1e-7 degrees, in the identity. */
  readonly mobile: boolean;
}

/** One current revision of one window, with what a projection may need to know about it. */
export interface ProjectionInput extends DatasetFacts {
  readonly window: Interval;
  readonly revision: number;
  /** Absolute path of the canonical Parquet; undefined when the revision is empty: it has no products. */
  readonly file: string | undefined;
  /** hash8 of the canonical file, for product names. */
  readonly hash8: string | undefined;
  /** Columns of that file. */
  readonly columns: readonly CanonicalColumn[];
}

/** The products of all windows of one UTC day, in the order of time. */
export interface DayInput extends DatasetFacts {
  readonly day: Interval;
  readonly products: readonly Product[];
}

/** What may be done with a dataset, and who is to be named; of each contributing source. */
export interface Rights {
  readonly licence: string;
  readonly attribution: string;
}

/** A file of a dataset, and the window or day that it holds. */
export interface ShownFile {
  readonly interval: Interval;
  readonly path: string;
}

/** All that readers of a dataset are to find. */
export interface ShowInput {
  readonly dataset: DatasetMetadata;
  readonly datasetColumns: readonly CanonicalColumn[];
  readonly rights: readonly Rights[];
  readonly synthetic: boolean;
  /** Extents of all current revisions; undefined when there is none. */
  readonly extent: DatasetExtent | undefined;
  /** In the order of time, no instant in two of them. */
  readonly files: readonly ShownFile[];
  /** Rises with every change of what is shown. */
  readonly version: number;
}

export interface DatasetExtent {
  /** [west, south, east, north], degrees. Undefined when no row has a position. */
  readonly bbox: readonly [number, number, number, number] | undefined;
  readonly time: Interval;
}

export interface Product {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A kind of projection. Adding one is a folder with an `index.ts` that exports this, and one line in `projection/index.ts`. */
export interface ProjectionPlugin<Config extends z.ZodType = z.ZodType> {
  /** The folder's name; its queue is `ionbeam.dataset.available.<kind>`. */
  readonly kind: string;
  readonly title: string;
  readonly config: Config;
  readonly enabledByDefault: boolean;
  /** Encodes and stores. Idempotent: the same input leaves the same products. Product paths are unique to window and content. */
  readonly project: (
    input: ProjectionInput,
    config: z.infer<Config>,
    ports: ProjectPorts,
  ) => Promise<readonly Product[]>;
  /** Where products of a day can be put together, and readers see a folder of them. */
  readonly days?: Days<z.infer<Config>>;
}

export interface Days<Config = unknown> {
  /** Writes one file with the rows of all products of a day to `target`, a local path. */
  readonly compact: (input: DayInput, ports: ProjectPorts, target: string) => Promise<void>;
  /** Shows these files, all at once, in place of those shown before. Idempotent. */
  readonly show: (input: ShowInput, config: Config, ports: ProjectPorts) => Promise<void>;
}

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
   * To be called right before the step that readers see, inside whatever lock guards it.
   * @returns the extents of the dataset's current revisions as they are now; undefined when there is none
   * @throws Conflict when somebody else has taken this work over
   */
  readonly confirm: () => Promise<DatasetExtent | undefined>;
}

/** One current revision of one window, with what a projection may need to know about it. Columns' roles come from here, never from names. */
export interface ProjectionInput {
  readonly dataset: DatasetMetadata;
  readonly window: Interval;
  readonly revision: number;
  /** Absolute path of the canonical Parquet; undefined when the revision is empty: withdraw the window's products. */
  readonly file: string | undefined;
  /** hash8 of the canonical file, for product names. */
  readonly hash8: string | undefined;
  readonly columns: readonly CanonicalColumn[];
  readonly identity: readonly string[];
  /** Mobile data has its position, rounded to 1e-7 degrees, in the identity. */
  readonly mobile: boolean;
  readonly licence: string;
  readonly attribution: string;
  readonly synthetic: boolean;
  /** Extents of all current revisions of the dataset, this one included; undefined when there is none. */
  readonly extent: DatasetExtent | undefined;
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
  /**
   * Encodes and stores. Idempotent: the same input leaves the same products. Product paths are unique to window and content.
   */
  readonly project: (
    input: ProjectionInput,
    config: z.infer<Config>,
    ports: ProjectPorts,
  ) => Promise<readonly Product[]>;
}

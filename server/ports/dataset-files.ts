import type { CanonicalColumn } from "../observation/column";
import type { Interval } from "../observation/interval";
import type { Micros } from "../observation/time";

/** The canonical file of a window's current revision. */
export interface DatasetFile extends Interval {
  readonly revision: number;
  readonly fileKey: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
  readonly stations: number;
  readonly complete: boolean;
  readonly builtAt: Micros;
}

export interface FilesTotal {
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
}

/** What the current revisions of the windows that begin in [start, end) hold. */
export interface SizeOf extends Interval, FilesTotal {
  /** Windows with an output, empty ones included. */
  readonly windows: number;
  /** Of the window with most. */
  readonly stations: number;
}

/** What the current files of a dataset are, by time. What a call costs follows from the windows of its range, never from history. */
export interface DatasetFiles {
  /** Files whose windows share an instant with the range, oldest first; `after`: only windows that begin later. */
  files(
    dataset: string,
    range: Interval,
    page: { readonly limit: number; readonly after?: Micros | undefined },
  ): Promise<readonly DatasetFile[]>;
  /** The lists of columns that the files of the range have, each different one once. */
  columns(dataset: string, range: Interval): Promise<readonly (readonly CanonicalColumn[])[]>;
  total(dataset: string, range: Interval): Promise<FilesTotal>;
  /** By the spans, which must not overlap, in their order; one without any window is all zeros. */
  sizes(dataset: string, spans: readonly Interval[]): Promise<readonly SizeOf[]>;
  /** When the first current window begins and the last ends; undefined: there is none. */
  extent(dataset: string): Promise<Interval | undefined>;
}

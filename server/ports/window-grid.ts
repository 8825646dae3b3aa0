import type { Interval } from "../observation/interval";
import type { Era } from "../observation/span-grid";
import type { Micros } from "../observation/time";
import type { PackedRun } from "../window/grid/model";
import type { ReasonClass, WindowState } from "../window/model";

/** Which part of the grid of windows: those that share an instant with [from, to). */
export interface GridAsk {
  readonly dataset?: string | undefined;
  readonly from: Micros;
  readonly to: Micros;
  /** How many cells a row has room for. */
  readonly most: number;
  readonly words?: string | undefined;
  readonly reasons?: readonly ReasonClass[] | undefined;
}

export interface GridView {
  readonly from: Micros;
  readonly to: Micros;
  /** Length of the cells of those datasets that have more windows than room. */
  readonly each: Micros;
  /** Datasets for which there was no room. */
  readonly leftOut: number;
  /** By name; a dataset without windows too. */
  readonly rows: readonly {
    readonly dataset: string;
    readonly synthetic: boolean;
    /** The spans of its windows and since when each is in force, oldest first; few. */
    readonly eras: readonly Era[];
    /** Whether its cells are as long as `each` and hold the windows that begin in them; else each window is a cell. */
    readonly many: boolean;
    /** Start of its first window and end of its last one, wherever they are. */
    readonly first: Micros | undefined;
    readonly last: Micros | undefined;
    /** In order, packed with `from` as origin. */
    readonly runs: readonly PackedRun[];
  }[];
}

/** Windows that begin in the ranges and that the filter does not hide. */
export interface SelectionAsk {
  readonly ranges: readonly (Interval & { readonly dataset: string })[];
  readonly states?: readonly WindowState[] | undefined;
  readonly stale?: boolean | undefined;
  readonly words?: string | undefined;
  readonly reasons?: readonly ReasonClass[] | undefined;
}

export interface SelectionCount {
  readonly dataset: string;
  readonly state: WindowState;
  readonly windows: number;
}

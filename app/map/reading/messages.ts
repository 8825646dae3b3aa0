import type { Interval } from "../../../server/observation/interval";
import type { Box } from "./box";
import type { Range } from "./fit-range";
import type { Group } from "./plan-groups";
import type { Filter, Order } from "./station-list";

/** The columns that points are made of, by their names in the files. */
export interface PointColumns {
  readonly time: string;
  readonly latitude: string;
  readonly longitude: string;
  readonly identity: readonly string[];
  readonly mobile: boolean;
  readonly variable: string;
}

/** What the page asks of its worker. */
export interface Asked {
  /** Reads row groups and makes the points of a window; they stand until the next `show`. */
  show: {
    readonly groups: readonly Group[];
    /** More of them, of which only those are read that have a row in one of these boxes. */
    readonly perhaps: readonly Group[];
    readonly boxes: readonly Box[];
    readonly window: Interval;
    readonly columns: PointColumns;
  };
  /** One page of the stations that are shown. */
  list: {
    readonly filter: Filter;
    readonly boxes: readonly Box[] | undefined;
    readonly order: Order;
    readonly offset: number;
    readonly limit: number;
  };
  /** All that one station has in the window: `extra` columns beside those of the points. */
  station: { readonly label: string; readonly extra: readonly string[] };
  /** The variable of one station over another time than the window's, read from these row groups. */
  series: { readonly label: string; readonly groups: readonly Group[]; readonly time: Interval };
}

/** The points as they are drawn. Their places are those of a `StationLine`. */
export interface Shown {
  readonly vertices: Float32Array<ArrayBuffer>;
  readonly lon: Float64Array;
  readonly lat: Float64Array;
  readonly value: Float64Array;
  readonly time: Float64Array;
  /** The names of all points in UTF-8; the one of place i ends at `ends[i]`. */
  readonly labels: Uint8Array;
  readonly ends: Uint32Array;
  /** Names of the row groups of which only positions were read: none of their rows is in one of the boxes. */
  readonly passedOver: readonly string[];
  readonly observations: number;
  readonly unplaced: number;
  readonly box: Box | undefined;
  /** From the 2nd to the 98th percentile of the values; undefined when all are missing. */
  readonly fit: Range | undefined;
  /** How many stations have no value. */
  readonly missing: number;
}

/** One station of the list. */
export interface StationLine {
  readonly place: number;
  readonly label: string;
  readonly lon: number;
  readonly lat: number;
  /** NaN: missing. */
  readonly value: number;
  readonly time: number;
}

/** A value as a station's page shows it. */
export type StationCell = number | string | null;

/** A station's rows, oldest first: µs and the variable's value, NaN where it is missing. */
export interface Series {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

export interface Answers {
  show: Shown;
  list: { readonly total: number; readonly lines: readonly StationLine[] };
  series: Series;
  station: Series & {
    /** The newest of each extra column that is not missing, and when it is of. */
    readonly newest: readonly { readonly name: string; readonly value: StationCell; readonly time: number }[];
  };
}

export type Verb = keyof Asked;

/** A request with its number, and its answer: `gone` when a file that was planned with is not there any more. */
export interface Request<V extends Verb = Verb> {
  readonly id: number;
  readonly verb: V;
  readonly asked: Asked[V];
}

export type Reply =
  | { readonly id: number; readonly answer: Answers[Verb] }
  | { readonly id: number; readonly failed: { readonly gone: boolean; readonly message: string } };

import { z } from "zod";
import { DataIngestionMap } from "../observation/model";
import type { Micros } from "../observation/time";

/** A change of a source's variable map by a person. */
export const ChangeMap = z.object({
  source: z.string().min(1),
  /** SHA-256 of the map that the form was filled from: refused where somebody else was first. */
  from: z.string().min(1),
  map: DataIngestionMap,
});
export type ChangeMap = z.infer<typeof ChangeMap>;

/** A map as typed, looked at before it is saved. */
export const MapDraft = z.object({
  source: z.string().min(1),
  map: DataIngestionMap,
  /** SHA-256 of the map in force as the page knows it. It is judged against the one in force all the same; of another one it is another question. */
  inForce: z.string().optional(),
});
export type MapDraft = z.infer<typeof MapDraft>;

export type MapField = "column" | "standard_name" | "cf_unit" | "level" | "method" | "period" | "dtype";

/** What is wrong with, or to be said about, one line of a map. */
export interface MapRemark {
  /** Raw column; empty for the map as a whole. */
  readonly column: string;
  readonly field: MapField;
  readonly text: string;
  /** Standard names that may be meant. */
  readonly suggestions: readonly string[];
}

/** A field of a raw column that two maps have differently; undefined where the map does not name the column. */
export interface MapChange {
  readonly column: string;
  readonly field: MapField | "role" | "from_col";
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Canonical columns that one map makes and another does not. */
export interface ColumnChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Of one raw column, under another name: its unit, level, method, period or standard name changed. */
  readonly renamed: readonly { readonly column: string; readonly before: string; readonly after: string }[];
  /** Under the same name with another type. */
  readonly retyped: readonly { readonly name: string; readonly before: string; readonly after: string }[];
}

/** A draft, judged. */
export interface MapJudgement {
  /** Nothing is saved while there is any. */
  readonly faults: readonly MapRemark[];
  readonly notes: readonly MapRemark[];
  /** Against the map in force. */
  readonly changes: readonly MapChange[];
  readonly fromDefault: readonly MapChange[];
  readonly columns: ColumnChanges;
  readonly dataset: string;
  /** Other sources of the dataset, whose maps stay as they are. */
  readonly otherSources: readonly string[];
  /** Projections that are on: their products get, lose or rename these columns in windows that are built of rows under the new map. */
  readonly projections: readonly string[];
}

/** One version of a dataset's maps. */
export interface MapVersion {
  readonly hash: string;
  readonly version: number;
  readonly since: Micros;
  /** The one that the source's next runs carry. */
  readonly current: boolean;
  readonly isDefault: boolean;
  /** Who put it in force last, and when; undefined for one that came with the installation or in a message. */
  readonly by: { readonly who: string; readonly at: Micros } | undefined;
  readonly variables: number;
}

/** What a raw column of the newest payload holds. Nothing of personal columns. */
export interface ColumnSample {
  readonly column: string;
  /** DuckDB's type. */
  readonly type: string;
  /** Cells that hold something. */
  readonly filled: number;
  /** Up to five different cells, as they stand in the payload. */
  readonly cells: readonly string[];
  /** Numbers among them: the lowest, the highest, and where the middle 98 per cent lie; undefined where there is none. */
  readonly range?:
    | { readonly low: number; readonly high: number; readonly p1: number; readonly p99: number }
    | undefined;
  /** Cells that hold something and cannot be cast to the type that was asked for. */
  readonly uncastable: number;
}

/** The payload that samples are taken of. */
export interface SampledPayload {
  readonly delivery: string;
  readonly start: Micros;
  readonly end: Micros;
  readonly receivedAt: Micros;
  /** Rows that were read. */
  readonly rows: number;
  /** Whether it has more than these. */
  readonly more: boolean;
}

/** What a raw column may be, and why; a person accepts it, or not. */
export interface MapSuggestion {
  readonly column: string;
  readonly standard_name: string;
  readonly cf_unit: string;
  readonly level: number;
  readonly method: string;
  readonly period: string;
  /** A sentence. */
  readonly reason: string;
}

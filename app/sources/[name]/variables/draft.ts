import { canonicalName } from "../../../../server/observation/canonical-name";
import type { CanonicalVariable, DataIngestionMap } from "../../../../server/observation/model";
import type { ColumnSample } from "../../../../server/variable-map/model";

export type Role = "axis" | "variable" | "attribute" | "none";

/** One raw column as the table shows it. */
export interface Line {
  readonly column: string;
  readonly role: Role;
  readonly variable: CanonicalVariable | undefined;
  /** Declared type of an attribute. */
  readonly dtype: string | undefined;
  /** The canonical column that results; undefined where there is none. */
  readonly makes: string | undefined;
  /** Why it cannot be edited. */
  readonly fixed: string | undefined;
  readonly personal: boolean;
  readonly sample: ColumnSample | undefined;
}

export interface Fixed {
  readonly identity: readonly string[];
  readonly personal: readonly string[];
}

const AXES = [
  ["datetime", "time"],
  ["lat", "latitude"],
  ["lon", "longitude"],
] as const;

/** The raw columns of a map and of a payload: axes, variables, attributes, and those that nothing names. */
export function linesOf(
  map: DataIngestionMap,
  fixed: Fixed,
  samples: readonly ColumnSample[],
): readonly Line[] {
  const sampleOf = (column: string) => samples.find((each) => each.column === column);
  const personal = (column: string) => fixed.personal.includes(column);
  const lines: Line[] = AXES.map(([axis, word]) => {
    const column = map[axis].from_col ?? axis;
    return {
      column,
      role: "axis",
      variable: undefined,
      dtype: undefined,
      makes: axis,
      fixed: `the ${word} of each row`,
      personal: false,
      sample: sampleOf(column),
    };
  });
  for (const variable of map.canonical_variables)
    lines.push({
      column: variable.column,
      role: "variable",
      variable,
      dtype: undefined,
      makes: personal(variable.column) ? undefined : canonicalName(variable),
      fixed: undefined,
      personal: personal(variable.column),
      sample: sampleOf(variable.column),
    });
  for (const { column, dtype } of map.metadata_variables)
    lines.push({
      column,
      role: "attribute",
      variable: undefined,
      dtype,
      makes: personal(column) ? undefined : column,
      fixed: fixedAttribute(column, fixed),
      personal: personal(column),
      sample: sampleOf(column),
    });
  const named = new Set(lines.map(({ column }) => column));
  for (const sample of samples) {
    const { column } = sample;
    if (named.has(column)) continue;
    lines.push({
      column,
      role: "none",
      variable: undefined,
      dtype: undefined,
      makes: undefined,
      fixed: personal(column) ? "personal: never written to canonical data" : undefined,
      personal: personal(column),
      sample,
    });
  }
  return lines;
}

function fixedAttribute(column: string, { identity, personal }: Fixed): string | undefined {
  if (personal.includes(column)) return "personal: never written to canonical data";
  return identity.includes(column) ? "tells the stations apart" : undefined;
}

/** What a person says a raw column is. */
export type Meant =
  | { readonly role: "variable"; readonly variable: CanonicalVariable }
  | { readonly role: "attribute"; readonly dtype: string }
  | { readonly role: "none" };

/** The map with one raw column meant otherwise; it keeps its place where it stays what it was. */
export function withColumn(map: DataIngestionMap, column: string, meant: Meant): DataIngestionMap {
  return {
    ...map,
    canonical_variables: replaced(
      map.canonical_variables,
      column,
      meant.role === "variable" ? { ...meant.variable, column } : undefined,
    ),
    metadata_variables: replaced(
      map.metadata_variables,
      column,
      meant.role === "attribute" ? { column, dtype: meant.dtype } : undefined,
    ),
  };
}

function replaced<Each extends { column: string }>(
  list: readonly Each[],
  column: string,
  by: Each | undefined,
): Each[] {
  const kept = list.flatMap((each) => (each.column === column ? (by ? [by] : []) : [each]));
  return by && !list.some((each) => each.column === column) ? [...kept, by] : kept;
}

/** What an unmapped column begins as when it becomes a variable. */
export function newVariable(column: string): CanonicalVariable {
  return {
    column,
    standard_name: "",
    cf_unit: "",
    level: 0,
    method: "point",
    period: "PT0S",
    dtype: "float64",
  };
}

export type Shown = "all" | "mapped" | "unmapped" | "changed";

/** The lines that are looked for: by a word of the raw column or of what it becomes, and by kind. */
export function shownLines(
  lines: readonly Line[],
  words: string,
  shown: Shown,
  changed: ReadonlySet<string>,
): readonly Line[] {
  const wanted = words.trim().toLowerCase();
  return lines.filter(({ column, role, makes }) => {
    if (wanted !== "" && !`${column} ${makes ?? ""}`.toLowerCase().includes(wanted)) return false;
    if (shown === "mapped") return role !== "none";
    if (shown === "unmapped") return role === "none";
    return shown === "all" || changed.has(column);
  });
}

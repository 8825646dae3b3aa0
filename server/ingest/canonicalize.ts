import { Invalid } from "../errors";
import { canonicalName } from "../observation/canonical-name";
import type { CanonicalColumn } from "../observation/column";
import type { DataIngestionMap } from "../observation/model";
import type { Micros } from "../observation/time";
import { sqlName, sqlText } from "../ports/columnar";
import { instantCell, sqlType, type TypedCell, typedCell } from "./typed-cell";

/** What ingestion knows of a dataset. */
export interface CanonicalRules {
  readonly identity: readonly string[];
  readonly mobile: boolean;
  readonly personal: readonly string[];
  /** Rows before are rejected. */
  readonly floor: Micros;
  /** Rows after are set aside as future: now plus ten minutes. */
  readonly latest: Micros;
  /** Whether CF's table knows a standard name (aliases count as known). */
  readonly isCf: (standardName: string) => boolean;
}

/** Reasons for which a row is not accepted, in the order in which they are looked for. */
export const REASONS = [
  "no time",
  "future",
  "before the dataset's floor",
  "no identity",
  "no position",
  "no value",
] as const;
export type Reason = (typeof REASONS)[number];

/** SQL over one payload. `typed` is a table expression: one row per payload row, with the canonical columns, `_row`, `_reason`. */
export interface CanonicalPlan {
  readonly columns: readonly CanonicalColumn[];
  readonly typed: string;
  /** Names of the canonical columns in their order. */
  readonly names: readonly string[];
  /** Canonical column to the condition under which its raw cell is bad; `typed` has it as the column `_bad <name>`. */
  readonly bad: readonly { readonly column: string; readonly condition: string }[];
  /** Raw columns that the map does not name. */
  readonly unmapped: readonly string[];
}

/** A column of the payload, as DuckDB describes it. */
export interface RawColumn {
  readonly name: string;
  readonly type: string;
}

/**
 * Plans how a payload becomes canonical rows (SEMANTICS 1 and 2).
 * @throws Invalid for what makes the payload unusable as a whole: an absent axis column, a map that does not fit the dataset
 */
export function planCanonical(
  payload: string,
  raw: readonly RawColumn[],
  map: DataIngestionMap,
  rules: CanonicalRules,
): CanonicalPlan {
  const types = new Map(raw.map(({ name, type }) => [name, type]));
  const axes = axesOf(map, types);
  const columns = columnsOf(map, rules);
  const cells = columns.slice(3).map((column) => ({ column, cell: cellOf(column, map, types) }));
  const variables = cells.filter(({ column }) => column.role === "variable");
  const mapped = new Set([
    axes.time.column,
    axes.lat.column,
    axes.lon.column,
    ...map.canonical_variables.map(({ column }) => column),
    ...map.metadata_variables.map(({ column }) => column),
  ]);
  const bad = [
    { column: "datetime", condition: axes.time.cell.bad },
    { column: "lat", condition: axes.lat.cell.bad },
    { column: "lon", condition: axes.lon.cell.bad },
    ...cells.map(({ column, cell }) => ({ column: column.name, condition: cell.bad })),
  ].filter(({ condition }) => condition !== "false");
  const named = cells.map(({ column, cell }) => `${cell.value} AS ${sqlName(column.name)}`);
  const cast = `SELECT file_row_number AS _row, ${axes.time.cell.value} AS datetime, ${axes.lat.cell.value} AS _lat, ${axes.lon.cell.value} AS _lon
    ${named.map((each) => `, ${each}`).join("")}
    ${bad.map(({ column, condition }) => `, ${condition} AS ${sqlName(`_bad ${column}`)}`).join("")} FROM read_parquet(${sqlText(payload)}, file_row_number = true)`;
  const onGlobe = "coalesce(_lat BETWEEN -90 AND 90 AND _lon BETWEEN -180 AND 180, false)";
  const names = columns.map(({ name }) => name);
  return {
    columns,
    names,
    typed: `(SELECT *, ${reason(
      variables.map(({ column }) => column.name),
      rules,
    )} AS _reason FROM
      (SELECT * EXCLUDE (_lat, _lon), CASE WHEN ${onGlobe} THEN _lat END AS lat, CASE WHEN ${onGlobe} THEN _lon END AS lon FROM (${cast})))`,
    bad,
    unmapped: raw.map(({ name }) => name).filter((name) => !mapped.has(name)),
  };
}

function axesOf(map: DataIngestionMap, types: ReadonlyMap<string, string>) {
  const axis = (column: string, make: (type: string) => TypedCell) => {
    const type = types.get(column);
    if (type === undefined)
      throw new Invalid(`the payload has no column "${column}", which the map names as an axis`);
    return { column, cell: make(type) };
  };
  const time = map.datetime.from_col ?? "datetime";
  const lat = map.lat.from_col ?? "lat";
  const lon = map.lon.from_col ?? "lon";
  return {
    time: axis(time, (type) => instantCell(time, type)),
    lat: axis(lat, (type) => typedCell(lat, type, "DOUBLE")),
    lon: axis(lon, (type) => typedCell(lon, type, "DOUBLE")),
  };
}

/** datetime, lat, lon, then variables by canonical name, then metadata by name (SEMANTICS 1). Personal columns are left out for good. */
function columnsOf(map: DataIngestionMap, rules: CanonicalRules): CanonicalColumn[] {
  const variables = map.canonical_variables.map(
    (variable): CanonicalColumn => ({
      name: canonicalName(variable),
      role: "variable",
      dtype: variable.dtype,
      standardName: variable.standard_name,
      unit: variable.cf_unit,
      level: variable.level,
      method: variable.method,
      period: variable.period,
      cf: rules.isCf(variable.standard_name),
    }),
  );
  const metadata = map.metadata_variables
    .filter(({ column }) => !rules.personal.includes(column))
    .map((variable): CanonicalColumn => ({ name: variable.column, role: "metadata", dtype: variable.dtype }));
  const columns: CanonicalColumn[] = [
    { name: "datetime", role: "time", dtype: "timestamp[us, UTC]" },
    { name: "lat", role: "latitude", dtype: "float64", unit: "degrees_north" },
    { name: "lon", role: "longitude", dtype: "float64", unit: "degrees_east" },
    ...variables.sort(byName),
    ...metadata.sort(byName),
  ];
  checkColumns(columns, rules);
  return columns;
}

function checkColumns(columns: readonly CanonicalColumn[], rules: CanonicalRules): void {
  const seen = new Set<string>();
  for (const { name, dtype, role } of columns) {
    // DuckDB's names do not tell upper from lower case.
    const folded = name.toLowerCase();
    if (seen.has(folded)) throw new Invalid(`the map makes two columns named "${name}"`);
    if (name.startsWith("_"))
      throw new Invalid(`the map makes a column named "${name}": names that begin with _ are Ionbeam's own`);
    if (role !== "time" && sqlType(dtype) === undefined)
      throw new Invalid(`the map declares "${name}" as "${dtype}", which is no type that Ionbeam knows`);
    seen.add(folded);
  }
  for (const identity of rules.identity) {
    if (!columns.some(({ name, role }) => name === identity && role === "metadata")) {
      throw new Invalid(
        `the map lacks the column "${identity}", which the dataset declares as part of its identity`,
      );
    }
  }
}

function byName(a: CanonicalColumn, b: CanonicalColumn): number {
  return Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));
}

/** The cell of a declared column; one that the payload lacks is missing in every row. */
function cellOf(
  column: CanonicalColumn,
  map: DataIngestionMap,
  types: ReadonlyMap<string, string>,
): TypedCell {
  const rawName =
    column.role === "metadata"
      ? column.name
      : map.canonical_variables.find((variable) => canonicalName(variable) === column.name)?.column;
  const target = sqlType(column.dtype) ?? "VARCHAR";
  const type = rawName === undefined ? undefined : types.get(rawName);
  if (rawName === undefined || type === undefined) return { value: `CAST(NULL AS ${target})`, bad: "false" };
  return typedCell(rawName, type, target);
}

function reason(variables: readonly string[], rules: CanonicalRules): string {
  const conditions: Readonly<Record<Reason, string>> = {
    "no time": "datetime IS NULL",
    future: `epoch_us(datetime) > ${rules.latest}`,
    "before the dataset's floor": `epoch_us(datetime) < ${rules.floor}`,
    "no identity": rules.identity.map((name) => `${sqlName(name)} IS NULL`).join(" OR ") || "false",
    "no position": rules.mobile ? "lat IS NULL" : "false",
    "no value": variables.map((name) => `${sqlName(name)} IS NULL`).join(" AND ") || "true",
  };
  const cases = REASONS.map((name) => `WHEN ${conditions[name]} THEN ${sqlText(name)}`);
  return `CASE ${cases.join(" ")} END`;
}

import { Invalid } from "../errors";
import { canonicalName } from "../observation/canonical-name";
import type { CanonicalColumn } from "../observation/column";
import { canonicalDtype, sqlType } from "../observation/dtype";
import type { DataIngestionMap } from "../observation/model";
import type { Micros } from "../observation/time";
import { sqlName, sqlText } from "../ports/columnar";
import { instantCell, type TypedCell, typedCell } from "./typed-cell";

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

/** Counted with the bad cells: both coordinates are numbers, and there is no such place. */
const OFF_GLOBE = "position off the globe";

/** SQL over one payload. `typed` is a table expression: one row per payload row, with the canonical columns, `_row`, `_reason`. */
export interface CanonicalPlan {
  readonly columns: readonly CanonicalColumn[];
  readonly typed: string;
  /** Names of the canonical columns in their order. */
  readonly names: readonly string[];
  /** Canonical columns that may have bad cells, and positions off the globe; `typed` has for each the column `_bad <name>`. */
  readonly bad: readonly string[];
  /** The payload itself: a table expression with all raw columns under their names in SQL, and the row's number under `rowNumber`. */
  readonly payload: string;
  /** Name in SQL, quoted. */
  readonly rowNumber: string;
  /** All raw columns, without those declared personal. */
  readonly shown: readonly RawColumn[];
  /** Raw columns that the map does not name. */
  readonly unmapped: readonly RawColumn[];
}

/** A column of the payload. */
export interface RawColumn {
  /** As it stands in the file. */
  readonly name: string;
  /** As DuckDB calls it: of names that differ only in case, all but the first get a number. */
  readonly sql: string;
  /** DuckDB's type. */
  readonly type: string;
}

/**
 * Plans how a payload becomes canonical rows (SEMANTICS 1 and 2).
 * @throws Invalid for what makes the payload unusable as a whole: an absent axis column, a map that does not fit the dataset, a column
 *   whose name holds control characters
 */
export function planCanonical(
  payload: string,
  raw: readonly RawColumn[],
  map: DataIngestionMap,
  rules: CanonicalRules,
): CanonicalPlan {
  checkRawColumns(raw);
  const found = new Map(raw.map((column) => [column.name, column]));
  const axes = axesOf(map, found);
  const columns = columnsOf(map, rules);
  const variables = columns.filter(({ role }) => role === "variable");
  const mapped = new Set([
    axes.time.column,
    axes.lat.column,
    axes.lon.column,
    ...map.canonical_variables.map(({ column }) => column),
    ...map.metadata_variables.map(({ column }) => column),
  ]);
  const table = numberedTable(payload, raw);
  const cast = castSql(table, [
    axes.time.cell,
    axes.lat.cell,
    axes.lon.cell,
    ...columns.slice(3).map((column) => cellOf(column, map, found)),
  ]);
  const onGlobe = "coalesce(lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180, false)";
  const offGlobe = `lat IS NOT NULL AND lon IS NOT NULL AND NOT ${onGlobe}`;
  const names = columns.map(({ name }) => name);
  return {
    columns,
    names,
    typed: `(SELECT *, ${reason(
      variables.map(({ name }) => name),
      rules,
    )} AS _reason FROM
      (SELECT * REPLACE (CASE WHEN ${onGlobe} THEN lat END AS lat, CASE WHEN ${onGlobe} THEN lon END AS lon), ${offGlobe} AS ${sqlName(`_bad ${OFF_GLOBE}`)} FROM ${cast.sql}))`,
    bad: [...cast.bad, OFF_GLOBE],
    ...table,
    shown: raw.filter(({ name }) => !rules.personal.includes(name)),
    unmapped: raw.filter(({ name }) => !mapped.has(name)),
  };
}

/** A canonical column's cell, and the column of the payload that it comes from, by its name in SQL; undefined where the payload lacks it. */
interface Cell {
  readonly name: string;
  readonly raw: string | undefined;
  readonly cell: TypedCell;
}

/** How a canonical column's cell of the payload is called until it is worked out: a raw column may have the name of another canonical one. */
function rawCell(name: string): string {
  return `_raw ${name}`;
}

/**
 * SQL of all cells, and of which of them are bad. Each value is worked out once, in a query of its own: as one expression it would stand in the other, and
 * the engine works an expression within a CASE out again. What holds a value is not asked whether it is bad.
 * @returns also the names of the columns that may have bad cells
 */
function castSql(
  table: { readonly payload: string; readonly rowNumber: string },
  cells: readonly Cell[],
): { readonly sql: string; readonly bad: readonly string[] } {
  const judged = cells.filter(({ cell }) => cell.present !== "false");
  const raw = cells.flatMap(({ name, raw }) =>
    raw === undefined ? [] : [`${sqlName(raw)} AS ${sqlName(rawCell(name))}`],
  );
  const carried = judged.map(({ name }) => sqlName(rawCell(name)));
  const values = cells.map(({ name, cell }) => `${cell.value} AS ${sqlName(name)}`);
  const finite = cells.map(({ name, cell }) =>
    cell.mayBeInfinite
      ? `CASE WHEN isfinite(${sqlName(name)}) THEN ${sqlName(name)} END AS ${sqlName(name)}`
      : sqlName(name),
  );
  const bad = judged.map(
    ({ name, cell }) =>
      `CASE WHEN ${sqlName(name)} IS NULL THEN ${cell.present} ELSE false END AS ${sqlName(`_bad ${name}`)}`,
  );
  const layers = [
    [`${table.rowNumber} AS _row`, ...raw],
    ["_row", ...values, ...carried],
    ["_row", ...finite, ...carried],
    ["_row", ...cells.map(({ name }) => sqlName(name)), ...bad],
  ];
  return {
    sql: layers.reduce((from, layer) => `(SELECT ${layer.join(", ")} FROM ${from})`, table.payload),
    bad: judged.map(({ name }) => name),
  };
}

/** The reader numbers the rows, unless the payload has a column of that very name: then they are counted. */
function numberedTable(payload: string, raw: readonly RawColumn[]) {
  const file = sqlText(payload);
  const taken = new Set(raw.map(({ sql }) => sql.toLowerCase()));
  if (!taken.has("file_row_number")) {
    return { payload: `read_parquet(${file}, file_row_number = true)`, rowNumber: "file_row_number" };
  }
  let name = "_number";
  while (taken.has(name)) name = `_${name}`;
  const rowNumber = sqlName(name);
  return {
    payload: `(SELECT *, row_number() OVER () - 1 AS ${rowNumber} FROM read_parquet(${file}))`,
    rowNumber,
  };
}

type RawColumns = ReadonlyMap<string, RawColumn>;

function axesOf(map: DataIngestionMap, found: RawColumns) {
  const axis = (name: string, column: string, make: (raw: string, type: string) => TypedCell) => {
    const raw = found.get(column);
    if (raw === undefined)
      throw new Invalid(`the payload has no column "${column}", which the map names as an axis`);
    return { column, cell: { name, raw: raw.sql, cell: make(rawCell(name), raw.type) } };
  };
  const degrees = (raw: string, type: string) => typedCell(raw, type, "DOUBLE");
  const time = map.datetime.from_col ?? "datetime";
  const lat = map.lat.from_col ?? "lat";
  const lon = map.lon.from_col ?? "lon";
  return {
    time: axis("datetime", time, instantCell),
    lat: axis("lat", lat, degrees),
    lon: axis("lon", lon, degrees),
  };
}

/** datetime, lat, lon, then variables by canonical name, then metadata by name (SEMANTICS 1). Personal columns are left out for good. */
function columnsOf(map: DataIngestionMap, rules: CanonicalRules): CanonicalColumn[] {
  const open = map.canonical_variables.filter(({ column }) => !rules.personal.includes(column));
  const variables = open.map(
    (variable): CanonicalColumn => ({
      name: canonicalName(variable),
      role: "variable",
      dtype: canonicalDtype(variable.dtype) ?? variable.dtype,
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
    .map(
      (variable): CanonicalColumn => ({
        name: variable.column,
        role: "metadata",
        dtype: canonicalDtype(variable.dtype) ?? variable.dtype,
      }),
    );
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

const CONTROL = /\p{Cc}/u;

/** A payload with such a name was not meant: it was read from a damaged header, and no map, screen or file of ours can name the column. */
function checkRawColumns(raw: readonly RawColumn[]): void {
  const odd = raw.find(({ name, sql }) => CONTROL.test(name) || CONTROL.test(sql));
  if (odd)
    throw new Invalid(
      `a column of the payload has control characters in its name: ${JSON.stringify(odd.name.slice(0, 80))}; write the payload anew with names of printable characters`,
    );
}

function checkColumns(columns: readonly CanonicalColumn[], rules: CanonicalRules): void {
  const seen = new Set<string>();
  for (const { name, dtype, role } of columns) {
    // DuckDB's names do not tell upper from lower case.
    const folded = name.toLowerCase();
    if (seen.has(folded)) throw new Invalid(`the map makes two columns named "${name}"`);
    if (name.startsWith("_"))
      throw new Invalid(`the map makes a column named "${name}": names that begin with _ are Ionbeam's own`);
    if (CONTROL.test(name)) throw new Invalid(`the map makes a column whose name holds control characters`);
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
function cellOf(column: CanonicalColumn, map: DataIngestionMap, found: RawColumns): Cell {
  const rawName =
    column.role === "metadata"
      ? column.name
      : map.canonical_variables.find((variable) => canonicalName(variable) === column.name)?.column;
  const target = sqlType(column.dtype) ?? "VARCHAR";
  const raw = rawName === undefined ? undefined : found.get(rawName);
  const { name } = column;
  if (raw === undefined)
    return { name, raw: undefined, cell: { value: `CAST(NULL AS ${target})`, present: "false" } };
  return { name, raw: raw.sql, cell: typedCell(rawCell(name), raw.type, target) };
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

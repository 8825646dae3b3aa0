import type { CanonicalColumn } from "../observation/column";
import type { Interval } from "../observation/interval";
import { sqlName, sqlText } from "../ports/columnar";
import { inside } from "./point-scans";

/** One revision's file as it really is. */
export interface ComparedFile {
  /** Undefined for an empty revision: no rows. */
  readonly path: string | undefined;
  /** DuckDB's types by column name. */
  readonly types: ReadonlyMap<string, string>;
}

/** What tells a row from the others, and the columns that are compared, in the order in which results name them. */
export interface ComparedColumns {
  readonly identity: readonly string[];
  /** Of a mobile dataset the position, rounded to 1e-7 degrees, is part of what tells rows apart (SEMANTICS 2). */
  readonly mobile: boolean;
  readonly fields: readonly CanonicalColumn[];
}

/** Columns of both revisions that can differ in a row: all but what tells rows apart. Those of the later revision come first. */
export function comparedFields(
  before: readonly CanonicalColumn[],
  after: readonly CanonicalColumn[],
  { identity, mobile }: Pick<ComparedColumns, "identity" | "mobile">,
): readonly CanonicalColumn[] {
  const names = new Set(after.map(({ name }) => name));
  const all = [...after, ...before.filter(({ name }) => !names.has(name))];
  const tells = ({ role, name }: CanonicalColumn) =>
    role === "time" || identity.includes(name) || (mobile && (role === "latitude" || role === "longitude"));
  return all.filter((column) => !tells(column));
}

/** Makes the temporary table `pair`: a row per identity of either file in a slice of time, with the fields before (`b0`, ...) and after (`a0`, ...). */
export function pairSql(
  before: ComparedFile,
  after: ComparedFile,
  columns: ComparedColumns,
  slice: Interval,
): string {
  const keys = ["datetime", ...keysOf(columns)];
  const fields = columns.fields.map((_, i) => `b.f${i} AS b${i}, a.f${i} AS a${i}`);
  const same = keys.map((key) => `b.${key} IS NOT DISTINCT FROM a.${key}`).join(" AND ");
  const picked = [
    ...keys.map((key) => `coalesce(b.${key}, a.${key}) AS ${key}`),
    "b.datetime IS NOT NULL AS was",
    "a.datetime IS NOT NULL AS present",
    ...fields,
  ];
  return `CREATE OR REPLACE TEMP TABLE pair AS SELECT ${picked.join(", ")}
    FROM (${sideSql(before, after, columns, slice)}) b FULL JOIN (${sideSql(after, before, columns, slice)}) a ON ${same}`;
}

/** How many rows and values of `pair` are only before (removed), only after (added), or in both and not the same (changed). */
export function countsSql({ fields }: ComparedColumns): string {
  const count = (condition: string, name: string) => `count(*) FILTER (WHERE ${condition}) AS ${name}`;
  const differs = fields.map((_, i) => `b${i} IS DISTINCT FROM a${i}`).join(" OR ") || "false";
  return `SELECT ${[
    count("present AND NOT was", "added"),
    count("was AND NOT present", "removed"),
    count("was AND present", "kept"),
    count(`was AND present AND (${differs})`, "changed"),
    ...fields.flatMap((_, i) => [
      count(`b${i} IS NULL AND a${i} IS NOT NULL`, `added${i}`),
      count(`b${i} IS NOT NULL AND a${i} IS NULL`, `removed${i}`),
      count(changed(i), `changed${i}`),
    ]),
  ].join(", ")} FROM pair`;
}

/** Changed values of one field, the earliest first: `at` in µs, `station`, `before`, `after`. */
export function examplesSql(columns: ComparedColumns, field: number, limit: number): string {
  const keys = columns.identity.map((_, i) => `k${i}`);
  return `SELECT epoch_us(datetime) AS at, concat_ws(' ', ${keys.join(", ")}) AS station, b${field} AS before, a${field} AS after
    FROM pair WHERE ${changed(field)} ORDER BY datetime, ${keys.join(", ")} LIMIT ${limit}`;
}

/** Stations of one file that the other lacks: `station`, the first in order, and `total`, how many in all. */
export function stationsSql(
  of: ComparedFile,
  without: ComparedFile,
  identity: readonly string[],
  limit: number,
): string {
  const names = (file: ComparedFile) =>
    file.path === undefined
      ? "SELECT NULL AS station WHERE false"
      : `SELECT DISTINCT concat_ws(' ', ${identity.map(sqlName).join(", ")}) AS station FROM read_parquet(${sqlText(file.path)})`;
  return `SELECT station, count(*) OVER () AS total FROM (${names(of)}) one ANTI JOIN (${names(without)}) other USING (station)
    ORDER BY station LIMIT ${limit}`;
}

function changed(field: number): string {
  return `b${field} IS NOT NULL AND a${field} IS NOT NULL AND b${field} IS DISTINCT FROM a${field}`;
}

function keysOf({ identity, mobile }: ComparedColumns): readonly string[] {
  return [...identity.map((_, i) => `k${i}`), ...(mobile ? ["y", "x"] : [])];
}

/** A file's rows of a slice under names that depend on no column's; without a file, none. */
function sideSql(file: ComparedFile, other: ComparedFile, columns: ComparedColumns, slice: Interval): string {
  const cells = [
    "datetime",
    ...columns.identity.map((name, i) => `${cellSql(name, file, other)} AS k${i}`),
    ...(columns.mobile
      ? ["CAST(round(lat * 1e7) AS BIGINT) AS y", "CAST(round(lon * 1e7) AS BIGINT) AS x"]
      : []),
    ...columns.fields.map(({ name }, i) => `${cellSql(name, file, other)} AS f${i}`),
  ];
  if (file.path !== undefined)
    return `SELECT ${cells.join(", ")} FROM read_parquet(${sqlText(file.path)}) WHERE ${inside(slice)}`;
  const all = ["datetime", ...keysOf(columns), ...columns.fields.map((_, i) => `f${i}`)];
  return `SELECT ${all.map((name) => `${name === "datetime" ? "NULL::TIMESTAMPTZ" : "NULL"} AS ${name}`).join(", ")} WHERE false`;
}

/** A column as both files can show it: where their maps gave it different types, as text. */
function cellSql(name: string, file: ComparedFile, other: ComparedFile): string {
  const [own, its] = [file.types.get(name), other.types.get(name)];
  if (own === undefined) return `CAST(NULL AS ${its ?? "VARCHAR"})`;
  return its === undefined || its === own ? sqlName(name) : `CAST(${sqlName(name)} AS VARCHAR)`;
}

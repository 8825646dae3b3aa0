import type { CanonicalColumn } from "../observation/column";
import { sqlType } from "../observation/dtype";
import { clip, type Interval } from "../observation/interval";
import { sqlName, sqlText } from "../ports/columnar";
import type { Exclusion } from "../window/model";
import { inside, type MergeInput, type PointScan, pointScans } from "./point-scans";

export interface MergeRules {
  readonly window: Interval;
  readonly columns: readonly CanonicalColumn[];
  readonly identity: readonly string[];
  readonly mobile: boolean;
  readonly exclusions: readonly Exclusion[];
}

/** Rows of a payload are numbered below this; above it stands the rank of the delivery. */
const RANK = 2 ** 40;

/**
 * One row per identity: per field the highest-ranked value that is not missing wins; position is one field; inside one payload the later row wins.
 * Sorted by time, then identity (text by its bytes, integers as numbers). There are no sums and no averages, so no order of rows can show in the bytes.
 */
export function mergeSql(inputs: readonly MergeInput[], rules: MergeRules): string {
  const fields = rules.columns.filter(({ role, name }) => isField(role) && !rules.identity.includes(name));
  const identity = rules.identity.map(sqlName);
  const place = rules.mobile ? ["CAST(round(lat * 1e7) AS BIGINT)", "CAST(round(lon * 1e7) AS BIGINT)"] : [];
  const rows = pointScans(inputs, rules.window)
    .map((scan) => rowsOf(scan, rules))
    .join(" UNION ALL ");
  const wins = (value: string, present: string) =>
    `arg_max(${value}, _order) FILTER (${present} IS NOT NULL)`;
  const picked = fields.map(({ name }) => `${wins(sqlName(name), sqlName(name))} AS ${sqlName(name)}`);
  const group = ["datetime", ...identity, ...place];
  const shown = rules.columns.map(({ name }) =>
    name === "lat" || name === "lon" ? `_position.${name} AS ${name}` : sqlName(name),
  );
  return `SELECT ${shown.join(", ")} FROM (
    SELECT ${["datetime", ...identity].join(", ")}, ${wins("{'lat': lat, 'lon': lon}", "lat")} AS _position${picked.map((each) => `, ${each}`).join("")}
    FROM (${excluded(rows, rules)}) GROUP BY ${group.join(", ")}) ORDER BY ${orderSql(rules)}`;
}

/** By time, then identity: no two rows of a merge have the same. */
export function orderSql({ identity, mobile }: Pick<MergeRules, "identity" | "mobile">): string {
  return ["datetime", ...identity.map(sqlName), ...(mobile ? ["lat", "lon"] : [])].join(", ");
}

function isField(role: CanonicalColumn["role"]): boolean {
  return role === "variable" || role === "metadata";
}

/** Rows with the columns that are wanted, each of the wanted type, and their order of precedence. */
function rowsOf({ table, names }: PointScan, rules: MergeRules): string {
  const columns = rules.columns.map(({ name, dtype, role }) => {
    if (!isField(role)) return sqlName(name);
    const type = sqlType(dtype) ?? "VARCHAR";
    return `CAST(${names.has(name.toLowerCase()) ? sqlName(name) : "NULL"} AS ${type}) AS ${sqlName(name)}`;
  });
  return `SELECT ${columns.join(", ")}, _rank * ${RANK} + _row AS _order FROM ${table}`;
}

/** Applies the exclusions: a value that one hits is missing; a row that is left without values by them is dropped (SEMANTICS 3). */
function excluded(rows: string, rules: MergeRules): string {
  if (rules.exclusions.length === 0) return rows;
  const variables = rules.columns.filter(({ role }) => role === "variable");
  const values = variables.map(({ name }) => {
    const hits = rules.exclusions
      .filter(({ variable }) => variable === undefined || variable === name)
      .flatMap((exclusion) => hit(exclusion, rules));
    return hits.length === 0
      ? sqlName(name)
      : `CASE WHEN ${hits.join(" OR ")} THEN NULL ELSE ${sqlName(name)} END AS ${sqlName(name)}`;
  });
  const others = rules.columns.filter(({ role }) => role !== "variable").map(({ name }) => sqlName(name));
  const some = variables.map(({ name }) => `${sqlName(name)} IS NOT NULL`).join(" OR ") || "false";
  return `SELECT * FROM (SELECT ${[...others, ...values].join(", ")}, _order FROM (${rows})) WHERE ${some}`;
}

/** The condition under which an exclusion hits a row; none where its time does not meet the window. */
function hit(exclusion: Exclusion, { window, identity }: MergeRules): string[] {
  const time = clip(exclusion.time, window);
  if (!time) return [];
  const parts = [inside(time)];
  if (exclusion.station !== undefined) {
    const station = sqlText(exclusion.station);
    parts.push(`(${identity.map((name) => `CAST(${sqlName(name)} AS VARCHAR) = ${station}`).join(" OR ")})`);
  }
  if (exclusion.box) {
    const [west, south, east, north] = exclusion.box;
    // A box whose west is east of its east spans the antimeridian (RFC 7946 section 5.2).
    const between = west <= east ? `lon BETWEEN ${west} AND ${east}` : `(lon >= ${west} OR lon <= ${east})`;
    parts.push(`coalesce(${between} AND lat BETWEEN ${south} AND ${north}, false)`);
  }
  return [`(${parts.join(" AND ")})`];
}

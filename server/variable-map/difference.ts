import { canonicalName } from "../observation/canonical-name";
import { canonicalDtype } from "../observation/dtype";
import type { DataIngestionMap } from "../observation/model";
import type { ColumnChanges, MapChange } from "./model";

type Fields = Readonly<Partial<Record<MapChange["field"], string>>>;

/** What two maps have differently, raw column by raw column; axes by the names of theirs. */
export function mapDifference(before: DataIngestionMap, after: DataIngestionMap): readonly MapChange[] {
  const [was, is] = [linesOf(before), linesOf(after)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((column) => {
    const [old = {}, now = {}] = [was.get(column), is.get(column)];
    if (old.role !== now.role)
      return [{ column, field: "role" as const, before: inWords(old), after: inWords(now) }];
    const fields = new Set([...Object.keys(old), ...Object.keys(now)]) as Set<MapChange["field"]>;
    return [...fields].flatMap((field) =>
      old[field] === now[field] ? [] : [{ column, field, before: old[field], after: now[field] }],
    );
  });
}

/** A whole line as one text; undefined where the map does not name the column. */
function inWords({ role, standard_name, cf_unit, level, method, period, dtype }: Fields): string | undefined {
  if (role === undefined) return undefined;
  if (role === "attribute") return `attribute, ${dtype}`;
  return `${standard_name} in ${cf_unit}, level ${level} m, ${method}, ${period}, ${dtype}`;
}

function linesOf(map: DataIngestionMap): ReadonlyMap<string, Fields> {
  const lines = new Map<string, Fields>();
  for (const [axis, { from_col }] of [
    ["datetime", map.datetime],
    ["lat", map.lat],
    ["lon", map.lon],
  ] as const)
    lines.set(`axis ${axis}`, { from_col: from_col ?? axis });
  for (const { column, dtype } of map.metadata_variables)
    lines.set(column, { role: "attribute", dtype: canonicalDtype(dtype) ?? dtype });
  for (const { column, standard_name, cf_unit, level, method, period, dtype } of map.canonical_variables)
    lines.set(column, {
      role: "variable",
      standard_name,
      cf_unit,
      level: String(level),
      method,
      period,
      dtype: canonicalDtype(dtype) ?? dtype,
    });
  return lines;
}

/** What becomes of the canonical columns when one map follows the other. Columns that are personal are none. */
export function columnChanges(
  before: DataIngestionMap,
  after: DataIngestionMap,
  personal: readonly string[],
): ColumnChanges {
  const [was, is] = [madeBy(before, personal), madeBy(after, personal)];
  const renamed = [...was].flatMap(([name, { column }]) => {
    if (is.has(name)) return [];
    const now = [...is].find(([other, each]) => each.column === column && !was.has(other));
    return now ? [{ column, before: name, after: now[0] }] : [];
  });
  const gone = new Set(renamed.map((each) => each.before));
  const come = new Set(renamed.map((each) => each.after));
  return {
    added: [...is.keys()].filter((name) => !was.has(name) && !come.has(name)),
    removed: [...was.keys()].filter((name) => !is.has(name) && !gone.has(name)),
    renamed,
    retyped: [...was].flatMap(([name, { dtype }]) => {
      const now = is.get(name);
      return now === undefined || now.dtype === dtype ? [] : [{ name, before: dtype, after: now.dtype }];
    }),
  };
}

function madeBy(map: DataIngestionMap, personal: readonly string[]) {
  const open = <Line extends { column: string }>(lines: readonly Line[]) =>
    lines.filter(({ column }) => !personal.includes(column));
  const line = (name: string, column: string, dtype: string) =>
    [name, { column, dtype: canonicalDtype(dtype) ?? dtype }] as const;
  return new Map([
    ...open(map.canonical_variables).map((each) => line(canonicalName(each), each.column, each.dtype)),
    ...open(map.metadata_variables).map(({ column, dtype }) => line(column, column, dtype)),
  ]);
}

import { canonicalName } from "../observation/canonical-name";
import { isCellMethod, needsPeriod } from "../observation/cell-method";
import { sqlType } from "../observation/dtype";
import type { CanonicalVariable, DataIngestionMap } from "../observation/model";
import { resolveStandardName } from "../observation/standard-name";
import { parseDuration } from "../observation/time";
import { unitFault } from "../observation/unit-fault";
import { oddValues, type Spread } from "../observation/usual-values";
import type { MapField, MapRemark } from "./model";

export interface MapRules {
  readonly identity: readonly string[];
  readonly personal: readonly string[];
  /** Maps that stand: a line that one of them has just so is no person's edit, and passes as it is (SEMANTICS 2, *CF*). */
  readonly standing: readonly DataIngestionMap[];
  /** Where the numbers of raw columns lie in the newest payload, where that was looked at. */
  readonly spreads?: ReadonlyMap<string, Spread>;
}

interface Remarks {
  readonly faults: MapRemark[];
  readonly notes: MapRemark[];
}

const NO_MOMENT = "PT0S";

/** Says what is wrong with a map that a person made, all of it, and what is to be noted. */
export function checkMap(map: DataIngestionMap, rules: MapRules): Remarks {
  const found: Remarks = { faults: [], notes: [] };
  if (map.canonical_variables.length === 0)
    found.faults.push(remark("", "column", "no column is mapped to a variable: every row would be rejected"));
  if (!rules.standing.some((each) => axesText(each) === axesText(map)))
    found.faults.push(remark("", "column", "the axes are those of the source's kind, and stay as they are"));
  const standing = new Set(rules.standing.flatMap((each) => each.canonical_variables).map(lineText));
  for (const variable of map.canonical_variables) {
    if (!standing.has(lineText(variable))) checkVariable(variable, rules, found);
  }
  found.faults.push(...doubles(map), ...checkMetadata(map, rules));
  return found;
}

/** All that is wrong with a map, in one sentence. */
export function faultsInWords(faults: readonly MapRemark[]): string {
  return faults
    .map(({ column, text, suggestions }) => {
      const meant = suggestions.length > 0 ? `; perhaps ${suggestions.slice(0, 3).join(", ")}` : "";
      return `${column === "" ? "the map" : column}: ${text}${meant}`;
    })
    .join("; ");
}

function remark(
  column: string,
  field: MapField,
  text: string,
  suggestions: readonly string[] = [],
): MapRemark {
  return { column, field, text, suggestions };
}

const lineText = (variable: CanonicalVariable) =>
  JSON.stringify([variable.column, canonicalName(variable), variable.dtype]);

const axesText = ({ datetime, lat, lon }: DataIngestionMap) =>
  JSON.stringify([datetime, lat, lon].map((axis) => Object.entries(axis).sort()));

function checkVariable(variable: CanonicalVariable, rules: MapRules, { faults, notes }: Remarks): void {
  const { column, standard_name, cf_unit, method, period, dtype } = variable;
  const fault = (field: MapField, text: string, suggestions?: readonly string[]) =>
    faults.push(remark(column, field, text, suggestions));
  const note = (field: MapField, text: string) => notes.push(remark(column, field, text));
  if (rules.personal.includes(column))
    fault("column", `"${column}" is declared personal: it is never written to canonical data`);
  const resolved = resolveStandardName(standard_name);
  if (resolved.kind === "unknown") {
    fault("standard_name", `CF's table has no standard name "${standard_name}"`, resolved.suggestions);
  } else {
    if (resolved.kind === "alias")
      note("standard_name", `"${resolved.alias}" is a former spelling of ${resolved.name}`);
    const wrong = unitFault(cf_unit, resolved.canonicalUnit, resolved.name, method);
    if (wrong !== undefined) fault("cf_unit", wrong);
    const odd = oddValues({ standard_name: resolved.name, method }, cf_unit, rules.spreads?.get(column));
    if (odd !== undefined) note("cf_unit", odd);
  }
  if (!isCellMethod(method)) fault("method", `CF has no cell method "${method}" (appendix E)`);
  const time = parseDuration(period);
  if (time === undefined) fault("period", `"${period}" is no ISO 8601 duration such as PT10M`);
  else if (isCellMethod(method) && needsPeriod(method) && time === 0)
    note(
      "period",
      `a ${method} is of a stretch of time, and the period is ${NO_MOMENT}: give it where it is known`,
    );
  else if (method === "point" && time > 0)
    note("period", "a point value is of an instant: with a period it is rather a mean, a sum or an extreme");
  const type = sqlType(dtype);
  if (type === undefined) fault("dtype", `"${dtype}" is no type that Ionbeam knows, such as float64`);
  else if (type === "VARCHAR" || type === "BOOLEAN")
    note("dtype", "a variable that is no number has no unit, and is not drawn or averaged");
}

/** Two lines that would make one column, and raw columns that are named twice. */
function doubles(map: DataIngestionMap): MapRemark[] {
  const made = new Map<string, string>([
    ["datetime", "the time axis"],
    ["lat", "the latitude axis"],
    ["lon", "the longitude axis"],
  ]);
  const faults: MapRemark[] = [];
  // DuckDB's names do not tell upper from lower case.
  const claim = (name: string, column: string) => {
    const before = made.get(name.toLowerCase());
    if (before === undefined) made.set(name.toLowerCase(), `"${column}"`);
    else if (before !== `"${column}"`)
      faults.push(
        remark(
          column,
          "standard_name",
          `it makes the column ${name}, which ${before} makes already: they need another level, method or period`,
        ),
      );
  };
  const raw = new Set<string>();
  for (const variable of map.canonical_variables) {
    if (raw.has(variable.column))
      faults.push(remark(variable.column, "column", `"${variable.column}" is mapped twice: once is enough`));
    raw.add(variable.column);
    if (Number.isFinite(variable.level)) claim(canonicalName(variable), variable.column);
  }
  for (const { column } of map.metadata_variables) {
    if (raw.has(column)) faults.push(remark(column, "column", `"${column}" is mapped twice: once is enough`));
    raw.add(column);
    claim(column, column);
  }
  return faults;
}

function checkMetadata(map: DataIngestionMap, { identity }: MapRules): MapRemark[] {
  const known = map.metadata_variables.map(({ column }) => column);
  const faults = identity
    .filter((column) => !known.includes(column))
    .map((column) =>
      remark(
        column,
        "column",
        `"${column}" tells the stations apart: it has to stay in the map as an attribute`,
      ),
    );
  for (const { column, dtype } of map.metadata_variables) {
    if (sqlType(dtype) === undefined)
      faults.push(remark(column, "dtype", `"${dtype}" is no type that Ionbeam knows, such as string`));
    if (column.startsWith("_"))
      faults.push(
        remark(column, "column", `names that begin with _ are Ionbeam's own: "${column}" cannot be kept`),
      );
  }
  return faults;
}

import { Invalid } from "../errors";

/** What a canonical column's name says (dossier 2.3). */
export interface CanonicalStandard {
  readonly standard_name: string;
  readonly cf_unit: string;
  /** Height of the instrument above ground, metres. */
  readonly level: number;
  readonly method: string;
  readonly period: string;
}

const JOINT = "__";
// Not all that Number() takes: no blanks, no 0x10.
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Name of a canonical column: standard name, unit, level, method, period, joined by two underscores. Units keep their characters. */
export function canonicalName(variable: CanonicalStandard): string {
  const { standard_name, cf_unit, level, method, period } = variable;
  return [standard_name, cf_unit, levelText(level), method, period].join(JOINT);
}

/** Shortest decimal form of a double with at least one digit after the point: `0.0`, `2.0`, `1.5`. */
export function levelText(level: number): string {
  if (!Number.isFinite(level)) throw new Invalid(`a level is a number of metres, not ${level}`);
  const text = String(Object.is(level, -0) ? 0 : level);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/**
 * The inverse of `canonicalName`. Missing or empty tail parts are level 0, method `point`, period `PT0S`; parts beyond the fifth are ignored.
 * Only for names that are known to be of variables: a metadata column may hold `__` too (SEMANTICS 1: roles are never guessed).
 * @throws Invalid where there is no standard name, no unit, or a level that is no number
 */
export function parseCanonicalName(name: string): CanonicalStandard {
  const [standard_name = "", cf_unit = "", level = "", method = "", period = ""] = name.split(JOINT);
  if (standard_name === "" || cf_unit === "")
    throw new Invalid(`"${name}" is not a canonical name: it needs a standard name and a unit`);
  const metres = level === "" ? 0 : DECIMAL.test(level) ? Number(level) : Number.NaN;
  if (!Number.isFinite(metres))
    throw new Invalid(`"${name}" is not a canonical name: "${level}" is no level in metres`);
  return { standard_name, cf_unit, level: metres, method: method || "point", period: period || "PT0S" };
}

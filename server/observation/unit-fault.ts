import { squares } from "./cell-method";
import { parseUnit } from "./parse-unit";
import { dimensionText, product, type Unit } from "./unit";
import { convertible } from "./unit-conversion";

/**
 * What is wrong with a unit for values of a standard name; undefined when nothing is. Stricter than UDUNITS in two things: an angle is no plain
 * number (a wind direction in `%`), and a level in decibels is not the amount it refers to.
 * Of a method that squares, the unit is that of the square (CF appendix E: u2).
 * @param canonicalUnit of the name in CF's table; without it (a name that CF does not know) any unit will do
 */
export function unitFault(
  text: string,
  canonicalUnit?: string,
  standardName?: string,
  method?: string,
): string | undefined {
  const parsed = parseUnit(text);
  if (!parsed.ok) return withFitting(parsed.reason, canonicalUnit, standardName, method);
  if (canonicalUnit === undefined) return undefined;
  const canonical = parseUnit(canonicalUnit);
  if (!canonical.ok) return canonical.reason;
  if (method !== undefined && squares(method)) return squareFault(text, parsed.unit, canonical.unit, method);
  if (fits(parsed.unit, canonical.unit, standardName)) return undefined;
  return `"${text}" is of dimension ${described(parsed.unit)}, ${standardName ?? "the quantity"} is of ${described(canonical.unit)}; give ${fittingUnits(canonicalUnit, canonical.unit, standardName).join(", ")}`;
}

/** A reason that does not say what to write yet, with units that fit the name. */
function withFitting(
  reason: string,
  canonicalUnit: string | undefined,
  standardName: string | undefined,
  method: string | undefined,
): string {
  if (canonicalUnit === undefined || /\b(give|write)\b/.test(reason)) return reason;
  const canonical = parseUnit(canonicalUnit);
  if (!canonical.ok || (method !== undefined && squares(method))) return reason;
  return `${reason}; give ${fittingUnits(canonicalUnit, canonical.unit, standardName).join(", ")}`;
}

/** Units that weather networks send, the commonest of each kind first. */
const USUAL_UNITS = [
  "K",
  "degC",
  "degF",
  "Pa",
  "hPa",
  "mmHg",
  "m s-1",
  "km h-1",
  "knot",
  "degree",
  "rad",
  "%",
  "m",
  "mm",
  "km",
  "kg m-2",
  "kg m-2 s-1",
  "W m-2",
  "J m-2",
  "kg m-3",
  "g m-3",
  "ug m-3",
  "s",
  "min",
  "h",
  "ppm",
  "ppb",
  "V",
  "mV",
  "dB",
];
/** Of liquid water, whose depth and mass per area are one quantity. */
const WATER_UNITS = ["mm", "mm h-1", "kg m-2", "kg m-2 s-1"];
const NAMED = 4;

/** CF's own unit, and some others that people have their values in. */
function fittingUnits(
  canonicalUnit: string,
  canonical: Unit,
  standardName: string | undefined,
): readonly string[] {
  const fitting = (units: readonly string[]) =>
    units.filter((each) => {
      const parsed = parseUnit(each);
      return parsed.ok && fits(parsed.unit, canonical, standardName);
    });
  const water = fitting(WATER_UNITS);
  const usual = water.length > 1 ? water : fitting(USUAL_UNITS);
  return [...new Set([canonicalUnit, ...usual])].slice(0, NAMED);
}

function squareFault(text: string, unit: Unit, canonical: Unit, method: string): string | undefined {
  if (canonical.logarithm !== undefined) return undefined;
  const square = product(canonical, canonical);
  if (fits(unit, square)) return undefined;
  return `"${text}" is of dimension ${described(unit)}, a ${method.replaceAll("_", " ")} is of the square of its quantity, ${described(square)}`;
}

function fits(unit: Unit, canonical: Unit, standardName?: string): boolean {
  if ((unit.logarithm === undefined) !== (canonical.logarithm === undefined)) return false;
  if (!convertible(unit, canonical, standardName)) return false;
  const kinds = [dimensionText(unit.dimension), dimensionText(canonical.dimension)];
  return kinds[0] === kinds[1] || !(kinds.includes("rad") && kinds.includes("1"));
}

function described(unit: Unit): string {
  const text = dimensionText(unit.dimension);
  return unit.logarithm === undefined ? text : `level re ${text}`;
}

import { parseUnit } from "../../../../server/observation/parse-unit";
import {
  isTemperatureDifference,
  type Measured,
} from "../../../../server/observation/temperature-difference";
import { converter } from "../../../../server/observation/unit-conversion";

/** A raw cell, and what it is in the declared and in CF's canonical unit; undefined where it is no number. */
export interface ConvertedCell {
  readonly raw: string;
  readonly declared: string | undefined;
  readonly canonical: string | undefined;
}

/** Six digits: enough to see a wrong unit, few enough to read. */
export function shortNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Sample cells before and after: as they stand in the payload, in the declared unit, and in CF's. Differences of temperatures convert without the zero
 * of their scale.
 */
export function convertedCells(
  cells: readonly string[],
  unit: string,
  canonicalUnit: string | undefined,
  measured: Measured,
): readonly ConvertedCell[] {
  const convert = canonicalUnit === undefined ? undefined : conversion(unit, canonicalUnit, measured);
  return cells.map((raw) => {
    const value = NUMBER.test(raw.trim()) ? Number(raw) : undefined;
    if (value === undefined) return { raw, declared: undefined, canonical: undefined };
    return {
      raw,
      declared: `${shortNumber(value)} ${unit}`,
      canonical: convert ? `${shortNumber(convert(value))} ${canonicalUnit}` : undefined,
    };
  });
}

function conversion(
  unit: string,
  canonicalUnit: string,
  measured: Measured,
): ((value: number) => number) | undefined {
  const [from, to] = [parseUnit(unit), parseUnit(canonicalUnit)];
  if (!from.ok || !to.ok) return undefined;
  try {
    return converter(from.unit, to.unit, {
      difference: isTemperatureDifference(measured),
      standardName: measured.standard_name,
    });
  } catch {
    // They do not measure the same, which is said at the field.
    return undefined;
  }
}

import { Invalid } from "../errors";
import { minus, over, type Rational, rational, times, toNumber, ZERO } from "./rational";
import { dimensionText, sameDimension, type Unit } from "./unit";

export interface ConversionOptions {
  /** The values are differences: the offsets of temperature scales do not count (`isTemperatureDifference`). */
  readonly difference?: boolean;
  /** Standard name of the values: for liquid water a depth and a mass per area are one quantity. */
  readonly standardName?: string;
}

const LIQUID_WATER =
  /^(?:(?:(?:shallow_)?convective_|stratiform_)?(?:rainfall|precipitation)_(?:amount|flux|rate)|thickness_of_(?:convective_|stratiform_)?rainfall_amount|lwe_.+)$/;
const WATER_DENSITY = rational("1000");

/**
 * Converts one value. @see converter
 * @throws Invalid where the two do not measure the same
 */
export function convert(value: number, from: Unit, to: Unit, options: ConversionOptions = {}): number {
  return converter(from, to, options)(value);
}

/**
 * The function that converts values from one unit to another: in doubles, by factors that were multiplied out exactly.
 * @throws Invalid where the two do not measure the same; decibels of differences
 */
export function converter(from: Unit, to: Unit, options: ConversionOptions = {}): (value: number) => number {
  const bridge = bridgeBetween(from, to, options.standardName);
  if (bridge === undefined)
    throw new Invalid(`${dimensionText(from.dimension)} does not convert to ${dimensionText(to.dimension)}`);
  if (from.logarithm !== undefined || to.logarithm !== undefined)
    return logarithmicConverter(from, to, options.difference ?? false);
  const shift = options.difference ? ZERO : minus(times(from.offset, bridge), to.offset);
  return affine(over(times(from.scale, bridge), to.scale), over(shift, to.scale));
}

/** Whether values of one unit can be given in the other. */
export function convertible(from: Unit, to: Unit, standardName?: string): boolean {
  return bridgeBetween(from, to, standardName) !== undefined;
}

/**
 * The factor between the base units of two units; undefined where there is none. It is 1, but for liquid water: a depth in metres weighs
 * 1000 kg m-3 times as many kg m-2. That step belongs to the name: a millimetre of snow is no kilogram.
 */
function bridgeBetween(from: Unit, to: Unit, standardName?: string): Rational | undefined {
  if (sameDimension(from, to)) return rational("1");
  if (standardName === undefined || !LIQUID_WATER.test(standardName)) return undefined;
  if (isDepth(from) && isLoad(to) && sameTime(from, to)) return WATER_DENSITY;
  if (isLoad(from) && isDepth(to) && sameTime(from, to)) return over(rational("1"), WATER_DENSITY);
  return undefined;
}

const isDepth = ({ dimension: { s: _, ...rest } }: Unit) => dimensionText(rest) === "m";
const isLoad = ({ dimension: { s: _, ...rest } }: Unit) => dimensionText(rest) === "m-2 kg";
const sameTime = (a: Unit, b: Unit) => (a.dimension.s ?? 0) === (b.dimension.s ?? 0);

/** x -> factor x + shift, as one fraction of whole numbers where these are exact doubles: 50 degF is then 10 degC, not 10.000000000000002. */
function affine(factor: Rational, shift: Rational): (value: number) => number {
  if (factor.top === factor.bottom) {
    const term = toNumber(shift);
    return term === 0 ? (value) => value : (value) => value + term;
  }
  const p = factor.top * shift.bottom;
  const q = shift.top * factor.bottom;
  const r = factor.bottom * shift.bottom;
  if (shift.top === 0n && exact(factor.top) && exact(factor.bottom)) {
    const [top, bottom] = [Number(factor.top), Number(factor.bottom)];
    // A single rounding where one of both is 1.
    return (value) => (value * top) / bottom;
  }
  if (exact(p) && exact(q) && exact(r)) {
    const [slope, term, divisor] = [Number(p), Number(q), Number(r)];
    return (value) => (value * slope + term) / divisor;
  }
  const [slope, term] = [toNumber(factor), toNumber(shift)];
  return (value) => value * slope + term;
}

function exact(n: bigint): boolean {
  return n <= BigInt(Number.MAX_SAFE_INTEGER) && n >= -BigInt(Number.MAX_SAFE_INTEGER);
}

/** Through the amount that a level refers to. Means are not to be taken of either side: the mean of levels is no level of the mean. */
function logarithmicConverter(from: Unit, to: Unit, difference: boolean): (value: number) => number {
  if (difference) throw new Invalid("a difference of levels does not convert");
  if (same(from, to)) return (value) => value;
  const amount = toBase(from);
  const level = fromBase(to);
  return (value) => level(amount(value));
}

function same(a: Unit, b: Unit): boolean {
  const equal = (x: Rational, y: Rational) => x.top === y.top && x.bottom === y.bottom;
  if (a.logarithm === undefined || b.logarithm === undefined) return false;
  return (
    a.logarithm.base === b.logarithm.base &&
    equal(a.logarithm.reference, b.logarithm.reference) &&
    equal(a.scale, b.scale)
  );
}

function toBase(unit: Unit): (value: number) => number {
  const { logarithm } = unit;
  if (logarithm === undefined) return affine(unit.scale, unit.offset);
  const [scale, reference] = [toNumber(unit.scale), toNumber(logarithm.reference)];
  return (value) => reference * logarithm.base ** (scale * value);
}

function fromBase(unit: Unit): (value: number) => number {
  const { logarithm } = unit;
  if (logarithm === undefined)
    return affine(over(rational("1"), unit.scale), over(minus(ZERO, unit.offset), unit.scale));
  const [scale, reference] = [toNumber(unit.scale), toNumber(logarithm.reference)];
  const log = logarithm.base === 10 ? Math.log10 : logarithm.base === 2 ? Math.log2 : Math.log;
  return (value) => log(value / reference) / scale;
}

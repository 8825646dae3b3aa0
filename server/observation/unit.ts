import { Invalid } from "../errors";
import { length, magnitude, ONE, over, power, type Rational, times, toNumber, ZERO } from "./rational";
import { BASE_UNITS, type BaseUnit } from "./unit-table";

/** Powers of the base units; those of power zero are absent. */
export type Dimension = Readonly<Partial<Record<BaseUnit, number>>>;

/**
 * A unit by what it is in base units: `base value = scale * x + offset`; of a logarithmic one `reference * base ** (scale * x)`.
 * Factors are exact.
 */
export interface Unit {
  readonly dimension: Dimension;
  readonly scale: Rational;
  readonly offset: Rational;
  readonly logarithm?: { readonly base: number; readonly reference: Rational };
}

/** Decimal digits; pi to the twentieth power has 620. */
const LONGEST_FACTOR = 2000;

/** A plain number, as a unit. */
export function numberUnit(scale: Rational): Unit {
  return { dimension: {}, scale, offset: ZERO };
}

/**
 * Product, or quotient with `sign` -1. An offset is lost in it, as in UDUNITS: a degree Celsius in a product is a kelvin, and `degC m-1` the
 * gradient that one means by it. A logarithmic unit takes a number only.
 * @throws Invalid for any other product with a logarithmic unit
 */
export function product(a: Unit, b: Unit, sign: 1 | -1 = 1): Unit {
  if (a.logarithm !== undefined || b.logarithm !== undefined) return logarithmicProduct(a, b, sign);
  if (sign === -1 && b.scale.top === 0n) throw new Invalid("it divides by zero");
  return {
    dimension: combined(a.dimension, b.dimension, sign),
    scale: bounded(sign === 1 ? times(a.scale, b.scale) : over(a.scale, b.scale)),
    offset: ZERO,
  };
}

function logarithmicProduct(a: Unit, b: Unit, sign: 1 | -1): Unit {
  const [logarithmic, factor] = a.logarithm === undefined ? [b, a] : [a, b];
  if (
    sign === -1 ||
    factor.logarithm !== undefined ||
    Object.keys(factor.dimension).length > 0 ||
    factor.scale.top === 0n
  )
    throw new Invalid("a logarithmic unit stands alone");
  return { ...logarithmic, scale: times(logarithmic.scale, factor.scale) };
}

/** A unit to a whole power. @throws Invalid for powers beyond any use, and for those of logarithmic units */
export function raised(unit: Unit, exponent: number): Unit {
  if (exponent === 1) return unit;
  if (unit.logarithm !== undefined) throw new Invalid("a logarithmic unit has no powers");
  if (Math.abs(exponent) > 20 || length(unit.scale) * Math.abs(exponent) > LONGEST_FACTOR)
    throw new Invalid(`the power ${exponent} is beyond any use`);
  if (exponent < 0 && unit.scale.top === 0n) throw new Invalid("it divides by zero");
  const dimension = Object.entries(unit.dimension).map(([base, of]) => [base, of * exponent] as const);
  return {
    dimension: Object.fromEntries(exponent === 0 ? [] : dimension),
    scale: bounded(power(unit.scale, exponent)),
    offset: ZERO,
  };
}

/** Towers of powers cost memory without end, and what no double holds converts nothing. */
function bounded(scale: Rational): Rational {
  if (length(scale) > LONGEST_FACTOR || Math.abs(magnitude(scale)) > 250)
    throw new Invalid("its factor is beyond any use");
  return scale;
}

/** A prefix scales a unit and leaves its zero where it was. */
export function prefixed(unit: Unit, factor: Rational): Unit {
  return { ...unit, scale: times(unit.scale, factor) };
}

/** The logarithm of a ratio to `reference`, in bels, nepers or octaves. */
export function logarithmOf(reference: Unit, base: number): Unit {
  if (reference.logarithm !== undefined || toNumber(reference.scale) <= 0)
    throw new Invalid("a level refers to a positive amount");
  return {
    dimension: reference.dimension,
    scale: ONE,
    offset: ZERO,
    logarithm: { base, reference: reference.scale },
  };
}

/** Whether UDUNITS would convert one to the other: the radian has no dimension. */
export function sameDimension(a: Unit, b: Unit): boolean {
  return BASE_UNITS.every((base) => base === "rad" || (a.dimension[base] ?? 0) === (b.dimension[base] ?? 0));
}

/** A dimension in base units, for people: `kg m-1 s-2`; `1` where there is none. */
export function dimensionText(dimension: Dimension): string {
  const parts = BASE_UNITS.flatMap((base) => {
    const exponent = dimension[base] ?? 0;
    if (exponent === 0) return [];
    return exponent === 1 ? [base] : [`${base}${exponent}`];
  });
  return parts.join(" ") || "1";
}

function combined(a: Dimension, b: Dimension, sign: 1 | -1): Dimension {
  const sums = BASE_UNITS.map((base) => [base, (a[base] ?? 0) + sign * (b[base] ?? 0)] as const);
  return Object.fromEntries(sums.filter(([, exponent]) => exponent !== 0));
}

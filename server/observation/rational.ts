/** An exact fraction; the denominator is positive. Factors of units are kept so: ÷ 3.6 is 5/18 and stays it, whatever it is combined with. */
export interface Rational {
  readonly top: bigint;
  readonly bottom: bigint;
}

export const ZERO: Rational = { top: 0n, bottom: 1n };
export const ONE: Rational = { top: 1n, bottom: 1n };

/** Reads a decimal number such as `1852`, `.01`, `1e-9`; the caller has seen to the form and to the size of the exponent. */
export function rational(decimal: string): Rational {
  const [mantissa = "", exponent = "0"] = decimal.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const power = Number(exponent) - fraction.length;
  const digits = BigInt(`${whole}${fraction}`);
  return power < 0 ? reduced(digits, 10n ** BigInt(-power)) : reduced(digits * 10n ** BigInt(power), 1n);
}

export function times(a: Rational, b: Rational): Rational {
  return reduced(a.top * b.top, a.bottom * b.bottom);
}

/** `a / b`; the caller has seen to it that b is not zero. */
export function over(a: Rational, b: Rational): Rational {
  return reduced(a.top * b.bottom, a.bottom * b.top);
}

export function minus(a: Rational, b: Rational): Rational {
  return reduced(a.top * b.bottom - b.top * a.bottom, a.bottom * b.bottom);
}

/** `a` to a whole power. */
export function power(a: Rational, exponent: number): Rational {
  const n = BigInt(Math.abs(exponent));
  const raised = reduced(a.top ** n, a.bottom ** n);
  return exponent < 0 ? over(ONE, raised) : raised;
}

/** The nearest double, or one beside it. */
export function toNumber({ top, bottom }: Rational): number {
  // Halves lost in both leave the ratio: it keeps huge integers inside the doubles' range.
  const spare = length({ top, bottom }) - 300;
  if (spare <= 0) return Number(top) / Number(bottom);
  const unit = 10n ** BigInt(spare);
  return bottom < unit ? Number(top / bottom) : Number(top / unit) / Number(bottom / unit);
}

/** Decimal digits of a fraction's longer part: what it costs to go on with it. */
export function length({ top, bottom }: Rational): number {
  return Math.max(digits(top), digits(bottom));
}

/** Decimal order of magnitude, to within one; 0 for zero. */
export function magnitude({ top, bottom }: Rational): number {
  return top === 0n ? 0 : digits(top < 0n ? -top : top) - digits(bottom);
}

function digits(n: bigint): number {
  return String(n).length;
}

function reduced(top: bigint, bottom: bigint): Rational {
  const sign = bottom < 0n ? -1n : 1n;
  const divisor = sign * divisorOf(top < 0n ? -top : top, sign * bottom);
  return { top: top / divisor, bottom: bottom / divisor };
}

/** Greatest common divisor (Euclid). */
function divisorOf(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

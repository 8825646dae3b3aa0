/** The ends of a colour scale, low below high. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** The outer shares of the values, which a scale leaves to its ends: a few broken sensors must not take all its colours. */
const OUTSIDE = 0.02;

/**
 * The range from the 2nd to the 98th percentile of the values; NaN is none. Equal ends are moved apart.
 * @returns undefined when there is no value
 */
export function fitRange(values: Float64Array): Range | undefined {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length === 0) return undefined;
  const [low, high] = [percentile(sorted, OUTSIDE), percentile(sorted, 1 - OUTSIDE)];
  if (high > low) return { low, high };
  const apart = Math.max(0.5, Math.abs(low) * 0.01);
  return { low: low - apart, high: high + apart };
}

/** Interpolated between the two values that it lies between. */
function percentile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return below + (above - below) * (place - Math.floor(place));
}

/** Ends that a person would write: rounded outwards to two digits of their distance. */
export function roundedRange({ low, high }: Range): Range {
  const step = 10 ** (Math.floor(Math.log10(high - low)) - 1);
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const round = (to: (value: number) => number, value: number) =>
    digits > 15 ? value : Number((to(value / step) * step).toFixed(digits));
  const rounded = { low: round(Math.floor, low), high: round(Math.ceil, high) };
  return rounded.high > rounded.low ? rounded : { low, high };
}

import type { Interval } from "../observation/interval";

/** A span of time cut into so many of the same length; the last may be shorter, and even empty. */
export function slicesOf({ start, end }: Interval, count: number): readonly Interval[] {
  const length = Math.ceil((end - start) / Math.max(1, count));
  return Array.from({ length: Math.max(1, count) }, (_, i) => ({
    start: Math.min(end, start + i * length),
    end: Math.min(end, start + (i + 1) * length),
  }));
}

import type { Interval } from "./interval";

/** The union of intervals, as few as can be, in order; what touches is put together, and empty ones are left out. */
export function unite(intervals: readonly Interval[]): Interval[] {
  const united: Interval[] = [];
  const sorted = intervals.filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start);
  for (const next of sorted) {
    const last = united.at(-1);
    if (last && next.start <= last.end)
      united[united.length - 1] = { start: last.start, end: Math.max(last.end, next.end) };
    else united.push({ start: next.start, end: next.end });
  }
  return united;
}

/** What of `intervals` lies outside `hole`; in order, as few as can be. */
export function without(intervals: readonly Interval[], hole: Interval): Interval[] {
  return unite(intervals).flatMap(({ start, end }) =>
    [
      { start, end: Math.min(end, hole.start) },
      { start: Math.max(start, hole.end), end },
    ].filter((part) => part.start < part.end),
  );
}

/** Whether all of `part` lies in `intervals`. */
export function holds(intervals: readonly Interval[], part: Interval): boolean {
  return unite(intervals).some(({ start, end }) => start <= part.start && part.end <= end);
}

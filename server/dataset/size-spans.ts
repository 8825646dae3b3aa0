import type { Interval } from "../observation/interval";
import { DAY, type Micros } from "../observation/time";

/** Bars of a chart of sizes, in whole units of UTC. */
export type SizeUnit = "day" | "month";

const BARS: Readonly<Record<SizeUnit, number>> = { day: 31, month: 12 };

/** The days or months of UTC of a chart, oldest first; the last one holds the instant just before `until`. */
export function sizeSpans(unit: SizeUnit, until: Micros): readonly Interval[] {
  const place = placeOf(unit, until - 1);
  return Array.from({ length: BARS[unit] }, (_, bar) => {
    const at = place - BARS[unit] + 1 + bar;
    return { start: startOf(unit, at), end: startOf(unit, at + 1) };
  });
}

function placeOf(unit: SizeUnit, instant: Micros): number {
  if (unit === "day") return Math.floor(instant / DAY);
  const date = new Date(Math.floor(instant / 1000));
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function startOf(unit: SizeUnit, place: number): Micros {
  return unit === "day" ? place * DAY : Date.UTC(Math.floor(place / 12), place % 12) * 1000;
}

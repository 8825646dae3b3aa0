import { DAY, formatInstant, HOUR, type Micros, parseInstant } from "../../server/observation/time";

/** What is wrong with a typed range, by field; or the range. */
export type RangeReading =
  | { readonly ok: true; readonly start: Micros; readonly end: Micros }
  | { readonly ok: false; readonly start?: string; readonly end?: string };

const FORM = "write it as 2026-11-24 14:00";
const LONGEST = 31 * DAY;

/** Reads a range as typed: instants in UTC, half-open. */
export function readRange(from: string, to: string): RangeReading {
  const start = parseInstant(from.replace(/\s*UTC$/i, ""));
  const end = parseInstant(to.replace(/\s*UTC$/i, ""));
  if (start === undefined || end === undefined) {
    return {
      ok: false,
      ...(start === undefined ? { start: FORM } : {}),
      ...(end === undefined ? { end: FORM } : {}),
    };
  }
  if (end <= start) return { ok: false, end: "the end is not after the start" };
  if (end - start > LONGEST) return { ok: false, end: "a run covers at most 31 days" };
  return { ok: true, start, end };
}

/** Ranges that people ask for, by the clock. */
export function usualRanges(now: Micros): readonly { name: string; from: string; to: string }[] {
  const hour = Math.floor(now / HOUR) * HOUR;
  const day = Math.floor(now / DAY) * DAY;
  return [
    { name: "Last whole hour", from: typed(hour - HOUR), to: typed(hour) },
    { name: "Last 6 whole hours", from: typed(hour - 6 * HOUR), to: typed(hour) },
    { name: "Yesterday", from: typed(day - DAY), to: typed(day) },
  ];
}

function typed(instant: Micros): string {
  return formatInstant(instant).slice(0, 16).replace("T", " ");
}

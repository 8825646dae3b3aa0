import { DAY, HOUR, type Micros } from "../../server/observation/time";
import { readTyped, TYPED_FORM, typedText } from "../_ui/typed-time";

/** What is wrong with a typed range, by field; or the range. */
export type RangeReading =
  | { readonly ok: true; readonly start: Micros; readonly end: Micros }
  | { readonly ok: false; readonly start?: string; readonly end?: string };

const LONGEST = 31 * DAY;

/** Reads a range as typed: instants in UTC, half-open. */
export function readRange(from: string, to: string): RangeReading {
  const start = readTyped(from);
  const end = readTyped(to);
  if (start === undefined || end === undefined) {
    return {
      ok: false,
      ...(start === undefined ? { start: TYPED_FORM } : {}),
      ...(end === undefined ? { end: TYPED_FORM } : {}),
    };
  }
  if (end <= start) return { ok: false, end: "the end is not after the start" };
  if (end - start > LONGEST) return { ok: false, end: "a run covers at most 31 days" };
  return { ok: true, start, end };
}

interface UsualRange {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Ranges that people ask for, by the clock; the first is the one to begin with.
 * @param daily whether the source gives whole days, as an archive of daily files does
 */
export function usualRanges(now: Micros, daily: boolean): readonly UsualRange[] {
  const hour = Math.floor(now / HOUR) * HOUR;
  const day = Math.floor(now / DAY) * DAY;
  const range = (name: string, start: Micros, end: Micros) => ({
    name,
    from: typedText(start),
    to: typedText(end),
  });
  const yesterday = range("Yesterday", day - DAY, day);
  if (daily) {
    return [
      yesterday,
      range("Day before yesterday", day - 2 * DAY, day - DAY),
      range("Last 7 days", day - 7 * DAY, day),
    ];
  }
  return [
    range("Last whole hour", hour - HOUR, hour),
    range("Last 6 whole hours", hour - 6 * HOUR, hour),
    yesterday,
  ];
}

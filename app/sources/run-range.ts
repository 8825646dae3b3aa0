import { DAY, HOUR, type Micros } from "../../server/observation/time";
import { type RangeReading, readTypedRange } from "../_ui/range-fields";
import { typedText } from "../_ui/typed-time";

const LONGEST = 31 * DAY;

/** Reads a range as typed: instants in UTC, half-open. */
export function readRange(from: string, to: string): RangeReading {
  const range = readTypedRange({ from, to });
  if (range.ok && range.end - range.start > LONGEST)
    return { ok: false, end: "a run covers at most 31 days" };
  return range;
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

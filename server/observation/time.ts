/**
 * Time, everywhere in Ionbeam: an instant is a whole number of microseconds since 1970-01-01T00:00Z (UTC), held in a JavaScript number,
 * which is exact until the year 2255. `Date` only checks and writes calendars here: it drops microseconds. A span is a whole number of microseconds too.
 */
export type Micros = number;

export const SECOND: Micros = 1_000_000;
export const MINUTE: Micros = 60 * SECOND;
export const HOUR: Micros = 60 * MINUTE;
export const DAY: Micros = 24 * HOUR;

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|z|[+-]\d{2}:?\d{2})?$/;

/**
 * Parses an ISO 8601 instant. Without an offset it is UTC (the archive's convention). Digits past the microsecond are cut off.
 * @returns µs since the epoch, or undefined when the text is not an instant.
 */
export function parseInstant(text: string): Micros | undefined {
  const match = INSTANT.exec(text.trim());
  if (!match) return undefined;
  // Date.UTC takes the years 0 to 99 for 1900 to 1999; nothing was observed before the year 1000.
  if (Number(match[1]) < 1000) return undefined;
  const [, y, mo, d, h = "0", mi = "0", s = "0", fraction = "", zone = "Z"] = match;
  const ms = Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s));
  // Date.UTC rolls over (31 February): a round trip proves that the fields were a real date.
  const back = new Date(ms);
  if (back.getUTCMonth() !== Number(mo) - 1 || back.getUTCDate() !== Number(d)) return undefined;
  if (Number(h) > 23 || Number(mi) > 59 || Number(s) > 59) return undefined;
  return ms * 1000 + Number(fraction.padEnd(6, "0").slice(0, 6)) - offsetOf(zone);
}

function offsetOf(zone: string): Micros {
  if (zone === "Z" || zone === "z") return 0;
  const sign = zone.startsWith("-") ? -1 : 1;
  const digits = zone.slice(1).replace(":", "");
  return sign * (Number(digits.slice(0, 2)) * HOUR + Number(digits.slice(2, 4)) * MINUTE);
}

/** Writes an instant as Pydantic does: `2024-01-01T12:00:00Z`, with microseconds only where there are any. */
export function formatInstant(instant: Micros): string {
  const fraction = ((instant % SECOND) + SECOND) % SECOND;
  const seconds = new Date((instant - fraction) / 1000).toISOString().slice(0, 19);
  return fraction === 0 ? `${seconds}Z` : `${seconds}.${String(fraction).padStart(6, "0")}Z`;
}

const DURATION =
  /^([+-])?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d{1,6}))?S)?)?$/i;

/**
 * Parses an ISO 8601 duration (years count 365 days and months 30, as Pydantic reads them).
 * @returns µs, or undefined when the text is no duration.
 */
export function parseDuration(text: string): Micros | undefined {
  const match = DURATION.exec(text.trim());
  if (!match || /^[+-]?P(?:T)?$/i.test(text.trim()) || /T$/i.test(text.trim())) return undefined;
  const n = (i: number) => Number(match[i] ?? 0);
  const days = n(2) * 365 + n(3) * 30 + n(4) * 7 + n(5);
  const micros = Number((match[9] ?? "").padEnd(6, "0") || 0);
  const total = days * DAY + n(6) * HOUR + n(7) * MINUTE + n(8) * SECOND + micros;
  return match[1] === "-" ? -total : total;
}

/** Whether a duration counts in months or years, whose lengths differ; `parseDuration` takes 30 and 365 days for them. */
export function countsInMonths(text: string): boolean {
  return /^[+-]?P\d+[YM]/i.test(text.trim()) && parseDuration(text) !== undefined;
}

/** Writes a duration as Pydantic does: `PT1H`, `P1D`, `P1DT12H`, `PT0S`. */
export function formatDuration(duration: Micros): string {
  if (duration === 0) return "PT0S";
  const sign = duration < 0 ? "-" : "";
  let rest = Math.abs(duration);
  const take = (unit: Micros) => {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    return count;
  };
  const [years, days, hours, minutes, seconds] = [
    take(365 * DAY),
    take(DAY),
    take(HOUR),
    take(MINUTE),
    take(SECOND),
  ];
  const part = (count: number, letter: string) => (count ? `${count}${letter}` : "");
  const fraction = rest ? `.${String(rest).padStart(6, "0").replace(/0+$/, "")}` : "";
  const time = part(hours, "H") + part(minutes, "M") + (seconds || rest ? `${seconds}${fraction}S` : "");
  return `${sign}P${part(years, "Y")}${part(days, "D")}${time ? `T${time}` : ""}`;
}

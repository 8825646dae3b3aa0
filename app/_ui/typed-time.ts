import { DAY, formatInstant, type Micros, parseInstant } from "../../server/observation/time";

/** What to write where an instant cannot be read. */
export const TYPED_FORM = "write it as 2026-11-24 14:00";

/** Reads an instant as people type it: in UTC, with or without saying so. @returns undefined when it is none */
export function readTyped(text: string): Micros | undefined {
  return parseInstant(text.replace(/\s*UTC$/i, ""));
}

/** An instant as `readTyped` reads it: `2026-11-24 14:00`, seconds only where there are any. */
export function typedText(instant: Micros): string {
  return formatInstant(instant)
    .replace("T", " ")
    .replace(/(:00)?Z$/, "");
}

/** The UTC day that a range is, as a date field writes it; empty when it is not exactly one. */
export function dayOf(start: Micros | undefined, end: Micros | undefined): string {
  if (start === undefined || end !== start + DAY || start % DAY !== 0) return "";
  return formatInstant(start).slice(0, 10);
}

/** The first and last UTC day of a range of whole days, both included; undefined when it is none. */
export function daysOf(
  start: Micros,
  end: Micros,
): { readonly first: string; readonly last: string } | undefined {
  if (end <= start || start % DAY !== 0 || end % DAY !== 0) return undefined;
  return { first: formatInstant(start).slice(0, 10), last: formatInstant(end - DAY).slice(0, 10) };
}

/** The whole UTC day of a date field's text; undefined when it is none. */
export function rangeOfDay(day: string): { readonly start: Micros; readonly end: Micros } | undefined {
  const start = /^\d{4}-\d{2}-\d{2}$/.test(day.trim()) ? parseInstant(day) : undefined;
  return start === undefined ? undefined : { start, end: start + DAY };
}

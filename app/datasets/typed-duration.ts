import {
  DAY,
  formatDuration,
  HOUR,
  MINUTE,
  type Micros,
  parseDuration,
  SECOND,
} from "../../server/observation/time";

/** What to write where a duration cannot be read. */
export const DURATION_FORM = "write it as 30 min, 6 h or 2 d";

const UNITS = [
  [DAY, "d", /^(d|days?)$/i],
  [HOUR, "h", /^(h|hours?)$/i],
  [MINUTE, "min", /^(min|minutes?)$/i],
  [SECOND, "s", /^(s|sec|seconds?)$/i],
] as const;

/** A duration as people type it, `1 h 30 min`, or in ISO 8601. @returns ISO 8601; undefined when it is none */
export function readDuration(text: string): string | undefined {
  const typed = text.trim();
  if (parseDuration(typed) !== undefined) return typed.toUpperCase();
  const parts = [...typed.matchAll(/(\d{1,6})\s*([a-z]+)\s*/gi)];
  if (parts.length === 0 || parts.map(([all]) => all).join("") !== typed) return undefined;
  let sum: Micros = 0;
  for (const [, count, word] of parts) {
    const unit = UNITS.find(([, , words]) => words.test(word ?? ""));
    if (!unit) return undefined;
    sum += Number(count) * unit[0];
  }
  return formatDuration(sum);
}

/** An ISO 8601 duration as `readDuration` reads it: `1 d 6 h`; what is none stays as it is. */
export function typedDuration(iso: string): string {
  const duration = parseDuration(iso);
  if (duration === undefined || duration < 0 || duration % SECOND !== 0) return iso;
  let rest = duration;
  const parts: string[] = [];
  for (const [unit, word] of UNITS) {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    if (count > 0) parts.push(`${count} ${word}`);
  }
  return parts.join(" ") || "0 min";
}

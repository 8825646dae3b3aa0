import { DAY, type Micros, parseInstant } from "../../server/observation/time";

/** The same time of another day. @param day `2026-11-24`; anything else, and an emptied field, is the latest: undefined */
export function onDay(day: string, at: Micros | undefined): Micros | undefined {
  const start = parseInstant(day);
  if (start === undefined) return undefined;
  return at === undefined ? start : start + (((at % DAY) + DAY) % DAY);
}

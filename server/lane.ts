import type { Lane } from "./message";
import { DAY, type Micros } from "./observation/time";

/** What lies further back than this is backfill: nobody looks at a screen for it (SEMANTICS 7). */
export const LIVE_FOR: Micros = DAY;

/** The lane of work on a time that ends at `end`. */
export function laneOf(end: Micros, now: Micros): Lane {
  return end > now - LIVE_FOR ? "live" : "backfill";
}

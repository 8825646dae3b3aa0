import { clip, type Interval } from "../observation/interval";
import { SECOND } from "../observation/time";
import type { Coverage } from "./model";

/**
 * How far claims cover a window. A hole of one second or less is none (sources write closed ranges such as 10:00:00 to 10:59:59);
 * the edges of the window count like any other hole.
 */
export function coverage(window: Interval, claims: readonly Interval[]): Coverage {
  const parts = claims
    .map((claim) => clip(claim, window))
    .filter((part) => part !== undefined)
    .sort((a, b) => a.start - b.start);
  const gaps: Interval[] = [];
  let covered = window.start;
  const reach = (instant: number) => {
    if (instant - covered > SECOND) gaps.push({ start: covered, end: instant });
  };
  for (const part of parts) {
    reach(part.start);
    covered = Math.max(covered, part.end);
  }
  reach(window.end);
  const missing = gaps.reduce((sum, gap) => sum + gap.end - gap.start, 0);
  // A window shorter than a second and a bit (a rest before midnight) has no gap even unclaimed; nothing claimed is still not complete.
  const gapless = parts.length > 0 && gaps.length === 0;
  return {
    gaps: parts.length === 0 ? [{ start: window.start, end: window.end }] : gaps,
    complete: gapless,
    share: parts.length === 0 ? 0 : 1 - missing / (window.end - window.start),
  };
}

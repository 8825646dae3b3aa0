import { clip, type Interval } from "../observation/interval";
import type { Micros } from "../observation/time";
import { windowsOf } from "./align";
import type { SpanRule } from "./model";

/**
 * Cuts a claim [start, end) into the windows it meets, each with the part of the claim inside it. Of zero length (or of an end before
 * its start) it claims nothing; touching a boundary is not meeting the next window.
 * @throws Invalid when it meets too many windows
 */
export function cutClaim(
  rules: readonly SpanRule[],
  start: Micros,
  end: Micros,
): { window: Interval; claim: Interval }[] {
  return windowsOf(rules, { start, end }).flatMap((window) => {
    const claim = clip({ start, end }, window);
    return claim ? [{ window, claim }] : [];
  });
}

import { createHash } from "node:crypto";
import { clip, type Interval } from "../observation/interval";
import type { Exclusion, Touch } from "./model";

/**
 * What a build of the window would be made from, as one hash: (delivery key, generation, hash of the overlapping exclusions) of every
 * delivery that touches. The order of arrival does not show in it; claims and the words of a reason do not either.
 * @returns 64 hex digits
 */
export function desiredHash(
  window: Interval,
  touches: readonly Pick<Touch, "deliveryKey" | "generation" | "rows">[],
  exclusions: readonly Exclusion[],
): string {
  const excluded = exclusionsHash(window, exclusions);
  const lines = touches
    .filter((touch) => touch.rows > 0)
    .map((touch) => JSON.stringify([touch.deliveryKey, touch.generation, excluded]));
  return sha256([...new Set(lines)].sort());
}

/** Times are clipped to the window, so an edit that changes nothing inside it owes it nothing. */
function exclusionsHash(window: Interval, exclusions: readonly Exclusion[]): string {
  const lines = exclusions.flatMap(({ station, variable, box, time }) => {
    const inside = clip(time, window);
    return inside
      ? [JSON.stringify([station ?? null, variable ?? null, box ?? null, inside.start, inside.end])]
      : [];
  });
  return sha256([...new Set(lines)].sort());
}

function sha256(lines: readonly string[]): string {
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}

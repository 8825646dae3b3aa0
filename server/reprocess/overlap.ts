import type { Depth, ReprocessState } from "./model";

/** Another reprocess that has windows of this choice still to do. */
export interface Asked {
  readonly state: Extract<ReprocessState, "running" | "paused" | "cancelling">;
  readonly depth: Depth;
}

/**
 * What happens to a window that another reprocess asks for as well, in a sentence without a full stop. A build answers every request that stands when it begins; products
 * alone are a request of their own (SEMANTICS 4, *Build*).
 */
export function overlapText(depth: Depth, { state, depth: theirs }: Asked): string {
  if (state === "cancelling")
    return "it is being cancelled: what it has under way is stopped, and this one does them all the same";
  if (state === "paused")
    return `it is paused: this one does not wait for it, and where it is resumed it ${theirs === "projections" ? "makes their products" : "builds them"} once more`;
  const both = depth !== "projections" && theirs !== "projections";
  const built = both
    ? "each is built once for both while both wait for its build, and once more where the first has built it already"
    : "they are worked on by each of the two, and their products are made by each";
  return depth === "collect" && theirs === "collect"
    ? `${built}; the source is asked by each; the same answer changes nothing`
    : built;
}

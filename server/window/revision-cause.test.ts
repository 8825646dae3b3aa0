import { expect, it } from "vitest";
import { type RevisionChange, revisionCause } from "./revision-cause";

const SAME: RevisionChange = { added: 0, removed: 0, ingestedAgain: 0, otherMap: 0, sameDesired: false };

it.each<[string, RevisionChange | undefined]>([
  ["the first build", undefined],
  ["late data: 1 delivery more", { ...SAME, added: 1 }],
  ["late data: 2 deliveries more, 1 delivery taken out", { ...SAME, added: 2, removed: 1 }],
  ["3 deliveries ingested again", { ...SAME, ingestedAgain: 3 }],
  ["1 delivery ingested again by another map", { ...SAME, ingestedAgain: 1, otherMap: 1 }],
  ["exclusions changed; the deliveries are the same", SAME],
  ["a reprocess: the same deliveries gave other bytes", { ...SAME, sameDesired: true }],
])("%s", (why, change) => {
  expect(revisionCause(change)).toBe(why);
});

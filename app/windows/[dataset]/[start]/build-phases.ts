import type { BuildPhase } from "../../../../server/window/model";

/** The first of four: reading, merging, storing, publishing. */
const of = (step: number, words: string) => `${words} (step ${step} of 4)`;

/** What a build does in a phase. */
export const PHASE_DOES: Readonly<Record<BuildPhase, string>> = {
  read: of(1, "reads its points and counts them"),
  merge: of(2, "merges and sorts them and writes the file"),
  store: of(3, "stores file and manifest"),
  publish: of(4, "publishes the revision"),
};

/** And what it did when it failed. */
export const PHASE_DID: Readonly<Record<BuildPhase, string>> = {
  read: of(1, "read its points and counted them"),
  merge: of(2, "merged and sorted them and wrote the file"),
  store: of(3, "stored file and manifest"),
  publish: of(4, "published the revision"),
};

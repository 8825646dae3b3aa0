import { ReasonClass } from "../../server/window/model";

/** What each class of reasons says, as one chooses it; in the order in which a window meets them. */
export const REASON_WORDS: Readonly<Record<ReasonClass, string>> = {
  collecting: "still collecting",
  "may-change": "may still change",
  missing: "a part has no delivery",
  "first-build": "ready for its first build",
  "newer-data": "newer data came",
  asked: "somebody asked for it again",
  restoring: "deleted points are restored",
  "build-failed": "its build failed",
  "nothing-came": "asked, and nothing came",
  withdrawn: "what came is withdrawn",
  rejected: "what came was rejected",
  damaged: "what came was damaged",
  excluded: "all rows are excluded",
  "too-late": "what came was too late",
  sealed: "sealed: its data is deleted",
  complete: "built of all that was asked",
  "not-judged": "not looked at yet",
};

const CLASSES = Object.keys(REASON_WORDS);

/** Classes as the address has them, `missing,rejected`; what is none is left out. @returns undefined: any */
export function reasonsOf(text: string | null): readonly ReasonClass[] | undefined {
  const reasons = (text ?? "").split(",").flatMap((each) => ReasonClass.safeParse(each).data ?? []);
  return reasons.length === 0
    ? undefined
    : CLASSES.flatMap((each) => reasons.find((own) => own === each) ?? []);
}

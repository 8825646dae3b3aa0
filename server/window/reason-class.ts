import type { Judgement, ReasonClass, WindowFacts, WindowRecord } from "./model";

type Judged = Pick<Judgement, "coverage" | "need" | "work" | "state" | "output">;

/** The class of the reason that `reasonFor` tells in a sentence. Where several hold, the one that the sentence begins with. */
export function reasonClassOf(facts: WindowFacts, record: WindowRecord, judged: Judged): ReasonClass {
  const { need, work, state } = judged;
  if (work.kind === "running") return causeOfBuild(record);
  if (need.kind === "due") return dueClass(facts, record, judged);
  if (need.kind === "settling") return state === "open" ? "collecting" : "may-change";
  if (need.kind === "waiting") return "missing";
  if (need.kind === "sealed") return "too-late";
  if (record.sealed) return "sealed";
  if (state === "built") return "complete";
  if (!judged.coverage.complete) return "missing";
  return facts.touches.length > 0 ? "excluded" : withoutRows(facts);
}

function dueClass(facts: WindowFacts, record: WindowRecord, { need, work }: Judged): ReasonClass {
  if (work.kind === "failed") return "build-failed";
  if (need.kind === "due" && need.quietUntil !== undefined) return "newer-data";
  if (!record.sealed && facts.touches.some(({ gone }) => gone)) return "restoring";
  return causeOfBuild(record);
}

function causeOfBuild(record: WindowRecord): ReasonClass {
  if (record.reprocess !== "none") return "asked";
  return record.output === "none" ? "first-build" : "newer-data";
}

/** What a person can mend comes first. */
function withoutRows({ asked }: WindowFacts): ReasonClass {
  if (asked.damaged) return "damaged";
  if (asked.rejecting > 0) return "rejected";
  return asked.withdrawn > 0 ? "withdrawn" : "nothing-came";
}

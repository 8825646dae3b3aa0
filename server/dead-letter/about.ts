import { projectionQueue } from "../dataset/messages";
import type { Interval } from "../observation/interval";
import { parseInstant } from "../observation/time";
import { type StageName, stageOf } from "../pipeline";
import type { Letter } from "../ports/letters";

/** What a letter is about, as far as it can be read: it may be set aside for being unreadable. */
export interface LetterAbout {
  /** The stage that would work it; undefined for a queue that none here works. */
  readonly stage: StageName | undefined;
  /** The run that it starts. */
  readonly runId: string | undefined;
  readonly source: string | undefined;
  readonly dataset: string | undefined;
  readonly range: Interval | undefined;
  readonly projection: string | undefined;
  /** The file that it names, as it stands there. */
  readonly location: string | undefined;
}

/** Reads what a letter is about off its queue and its own words. */
export function aboutLetter({ queue, id, head }: Pick<Letter, "queue" | "id" | "head">): LetterAbout {
  const stage = stageOf(queue);
  const start = parseInstant(head.start ?? "");
  const end = parseInstant(head.end ?? "");
  return {
    stage,
    runId: stage === "source" ? id : undefined,
    source: stage === "source" ? head.source : undefined,
    dataset: head.dataset,
    range: start !== undefined && end !== undefined && start < end ? { start, end } : undefined,
    projection: stage === "projection" ? queue.slice(projectionQueue("").length) : undefined,
    location: head.location,
  };
}

import type { StageName } from "../pipeline";
import type { LetterAbout } from "./about";

/** What a letter was to do, and what it means when nobody ever does it, a sentence or two each. */
export interface LetterExplained {
  readonly asks: string;
  readonly discarding: string;
}

const WAIT_ON =
  "Windows that lack this time wait on, or are built without it where their dataset's policy says so";

const DISCARDING: Readonly<Record<StageName, string>> = {
  source: `Its run ends as discarded: the source is not asked, and nothing is claimed. ${WAIT_ON}, until somebody runs the source over it again.`,
  ingest: `The rows of its payload come into no window, and its time stays unclaimed. ${WAIT_ON}, until it is delivered again: by another run of the source, or by the program that sent it. What an earlier ingestion of the same payload brought stays.`,
  window:
    "No window is judged because of it. Where its delivery is in the ledger, its windows are judged when something else of them changes, or when somebody reprocesses them.",
  projection:
    "Nothing is lost: what a projection owes stands in the ledger and is made without this message.",
};

/** In words, for the page and the command line. */
export function explainLetter(about: LetterAbout): LetterExplained {
  const discarding = about.stage === undefined ? "Nothing here waits for it." : DISCARDING[about.stage];
  return { asks: asks(about), discarding };
}

function asks({ stage, source, dataset, projection }: LetterAbout): string {
  const of = dataset === undefined ? "" : ` of ${dataset}`;
  if (stage === "source") return `Asks source ${source ?? "that it does not name"} for observations.`;
  if (stage === "ingest") return `Asks for a payload${of} to be ingested.`;
  if (stage === "window") return `Says that observations${of} are there.`;
  if (stage === "projection") return `Tells projection ${projection} that a file${of} is there.`;
  return "Lies in a queue that no stage of this version works.";
}

import { LETTER_CLASSES } from "../../server/dead-letter/model";
import type { RunDetail } from "../_trpc/outputs";
import { instantText } from "../_ui/format";

type Advised = Pick<
  RunDetail,
  "state" | "failedCheck" | "retryAt" | "waits" | "letterClass" | "attempts" | "letter"
>;

/** What comes next of a run, and what a person can do about it; undefined where nothing is to be said. */
export function runAdvice(run: Advised): string | undefined {
  // What to do about a check that failed stands beside the check.
  const mend =
    run.failedCheck === undefined
      ? "Mend the cause if it lies on this side (address, key, network, disk); cancel"
      : "Cancel";
  switch (run.state) {
    case "queued":
      return run.waits === undefined
        ? "It begins when its turn comes: a source has one run at a time, live ones first."
        : undefined;
    case "failed":
      return `${nextTry(run)} by itself, and so on, at most an hour apart, until it succeeds. ${mend} the run if its range is not wanted.`;
    case "refused":
      return `It is not tried again by itself. ${LETTER_CLASSES[run.letterClass ?? "invalid"].todo}`;
    case "discarded":
      return "A person has discarded its message: nothing comes of it. Run it again if its range is wanted.";
    case "cancelling":
      return "Nothing comes of it any more; what still runs of it is being stopped.";
    case "cancelled":
      return "A person has cancelled it: it claims nothing. Windows of its range that no other run claims wait for one, or are built incomplete when their time is up. Run it again if its range is wanted.";
    case "done":
      if (run.letter === undefined) return undefined;
      return run.letter.state === "discarded" ? thrownAway : setAside;
    default:
      return undefined;
  }
}

const setAside =
  "It brought its payload, and that was set aside before it was ingested: nothing comes of it until somebody replays the letter.";

const thrownAway =
  "It brought its payload, and a person has discarded that before it was ingested: nothing comes of it unless the letter is taken back, or the run is run again.";

function nextTry({ retryAt, attempts }: Advised): string {
  const tried = attempts > 1 ? `It has been tried ${attempts} times; it` : "It";
  return retryAt === undefined
    ? `${tried} is tried again at once`
    : `${tried} is tried again at ${instantText(retryAt)}`;
}

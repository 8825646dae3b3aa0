"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { WhichLetters } from "../../server/dead-letter/model";
import { useTRPC } from "../_trpc/client";
import { useAct } from "../_trpc/use-act";
import { plural } from "../_ui/format";

export type LetterVerb = "replay" | "discard" | "restore";

/** What each verb's button says. */
export const LETTER_VERBS: Readonly<Record<LetterVerb, string>> = {
  replay: "Replay",
  discard: "Discard",
  restore: "Take back",
};

function done(verb: LetterVerb, count: number): string {
  const messages = plural(count, "message");
  if (verb === "replay") return `${messages} replayed under ${count === 1 ? "its own id" : "their own ids"}.`;
  const [stand, be] = count === 1 ? ["it stands", "is"] : ["they stand", "are"];
  if (verb === "discard") return `${messages} discarded; ${stand} under Discarded and can be taken back.`;
  return `${messages} taken back: ${be} among the dead letters again.`;
}

/** Does a verb to letters and says what came of it. `doing` is the verb that is under way. */
export function useLetters() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const replay = useMutation(trpc.deadLetter.replay.mutationOptions());
  const discard = useMutation(trpc.deadLetter.discard.mutationOptions());
  const restore = useMutation(trpc.deadLetter.restore.mutationOptions());
  const { act, pending } = useAct();
  const press = (verb: LetterVerb, which: WhichLetters) =>
    act(async () => {
      const count = await { replay, discard, restore }[verb].mutateAsync(which);
      await queries.invalidateQueries(trpc.deadLetter.pathFilter());
      return done(verb, count);
    });
  return { press, pending };
}

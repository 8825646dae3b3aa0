"use client";

import type { LetterState } from "../../server/dead-letter/model";
import type { DeadLetter } from "../_trpc/outputs";
import { Button } from "../_ui/button";
import { LETTER_VERBS, type LetterVerb, useLetters } from "./use-letters";

/** What can be done to letters of a state, the likelier first. */
export const VERBS_OF: Readonly<Record<LetterState, readonly LetterVerb[]>> = {
  dead: ["replay", "discard"],
  discarded: ["restore"],
};

/** What can be done to one letter. */
export function LetterActions({
  letter,
  primary = false,
  onDone,
}: {
  letter: Pick<DeadLetter, "queue" | "id" | "discardedAt">;
  primary?: boolean;
  onDone?: (verb: LetterVerb) => void;
}) {
  const { press, pending } = useLetters();
  const { queue, id } = letter;
  return VERBS_OF[letter.discardedAt === undefined ? "dead" : "discarded"].map((verb, place) => (
    <Button
      key={verb}
      look={primary && place === 0 ? "primary" : "plain"}
      onPress={async () => {
        if (await press(verb, { keys: [{ queue, id }] })) onDone?.(verb);
      }}
      pending={pending}
      label={`${LETTER_VERBS[verb]} message ${id}`}
    >
      {LETTER_VERBS[verb]}
    </Button>
  ));
}

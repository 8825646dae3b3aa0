"use client";

import { useState } from "react";
import type { LetterFilter, WhichLetters } from "../../server/dead-letter/model";
import type { DeadLetter } from "../_trpc/outputs";
import { Button } from "../_ui/button";
import { Confirm } from "../_ui/confirm";
import { countText, plural } from "../_ui/format";
import { VERBS_OF } from "./letter-actions";
import { ALL, NONE, type Selection } from "./selection";
import { LETTER_VERBS, type LetterVerb, useLetters } from "./use-letters";

/** More than this are not changed without being asked. */
const ASK_ABOVE = 20;

const EXPLAINED: Readonly<Record<LetterVerb, string>> = {
  replay: "Each is worked again under its own id. What cannot succeed comes back with its reason.",
  discard:
    "They are worked no more, and what waits for them waits on: each letter's page says for what. They stay under Discarded, where they can be taken back.",
  restore: "They stand among the dead letters again, with their reasons.",
};

/** Chooses all that match, says how many are meant, and does a verb to them. */
export function BulkBar({
  filter,
  matching,
  asOf,
  chosen,
  selection,
  onSelect,
}: {
  filter: LetterFilter;
  /** How many match, shown or not. */
  matching: number;
  /** When that was counted; later ones are not meant. */
  asOf: number;
  /** Those of the shown ones that are chosen. */
  chosen: readonly DeadLetter[];
  selection: Selection;
  onSelect: (selection: Selection) => void;
}) {
  const { press, pending } = useLetters();
  const [asked, setAsked] = useState<LetterVerb>();
  const count = selection.all ? matching : chosen.length;
  const act = async (verb: LetterVerb) => {
    const { state: _, ...matches } = filter;
    const which: WhichLetters = selection.all
      ? { filter: matches, until: asOf }
      : { keys: chosen.map(({ queue, id }) => ({ queue, id })) };
    if (await press(verb, which)) onSelect(NONE);
  };
  const named = (verb: LetterVerb) => `${LETTER_VERBS[verb]} ${plural(count, "message")}`;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b px-3 py-2">
      <label className="flex h-8 cursor-pointer items-center gap-2">
        <input
          type="checkbox"
          className="size-4 accent-accent"
          checked={selection.all}
          onChange={(event) => onSelect(event.target.checked ? ALL : NONE)}
        />
        {matching === 1 ? "The one that matches" : `All ${countText(matching)} that match`}
      </label>
      <span aria-live="polite" className="text-muted">
        {count === 0 ? "none selected" : `${countText(count)} of ${countText(matching)} selected`}
      </span>
      <span className="flex flex-wrap gap-2 md:ml-auto">
        {VERBS_OF[filter.state].map((verb, place) => (
          <Button
            key={verb}
            look={place === 0 ? "primary" : "plain"}
            disabled={count === 0}
            pending={pending}
            onPress={() => (count > ASK_ABOVE ? setAsked(verb) : act(verb))}
          >
            {count === 0 ? `${LETTER_VERBS[verb]} selected` : named(verb)}
          </Button>
        ))}
      </span>
      {asked === undefined ? null : (
        <Confirm
          open
          title={`${named(asked)}?`}
          verb={named(asked)}
          onClose={() => setAsked(undefined)}
          onConfirm={() => {
            setAsked(undefined);
            act(asked);
          }}
        >
          {EXPLAINED[asked]}
        </Confirm>
      )}
    </div>
  );
}

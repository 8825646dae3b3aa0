"use client";

import { useRouter, useSearchParams } from "next/navigation";
import { LETTER_CLASSES, LetterClass, type LetterFilter, LetterState } from "../../server/dead-letter/model";
import type { LetterCounts } from "../_trpc/outputs";
import { Choice } from "../_ui/field";
import { countText } from "../_ui/format";

/** The filter stands in the address, so that every view can be shared. */
export function useLetterFilter() {
  const parameters = useSearchParams();
  const router = useRouter();
  const state = LetterState.safeParse(parameters.get("state"));
  const letterClass = LetterClass.safeParse(parameters.get("class"));
  const queue = parameters.get("queue") ?? "";
  const filter: LetterFilter = {
    state: state.success ? state.data : "dead",
    ...(queue === "" ? {} : { queue }),
    ...(letterClass.success ? { class: letterClass.data } : {}),
  };
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(parameters);
    if (value === "") next.delete(name);
    else next.set(name, value);
    router.replace(next.size === 0 ? "/dead-letters" : `/dead-letters?${next}`, { scroll: false });
  };
  return { filter, set };
}

type Group = LetterCounts["groups"][number];

/** How many match, of those that were counted. */
export function countOf(groups: readonly Group[], filter: Omit<LetterFilter, "state">): number {
  return groups
    .filter(
      (each) =>
        (filter.queue === undefined || each.queue === filter.queue) &&
        (filter.class === undefined || each.class === filter.class),
    )
    .reduce((sum, { count }) => sum + count, 0);
}

/** Chooses letters by state, queue and kind of reason; each choice says how many there are. */
export function LetterFilters({
  filter,
  groups,
  onChange,
}: {
  filter: LetterFilter;
  groups: readonly Group[];
  onChange: (name: string, value: string) => void;
}) {
  const queues = [...new Set([...groups.map(({ queue }) => queue), ...(filter.queue ? [filter.queue] : [])])];
  const counted = (word: string, part: Omit<LetterFilter, "state">) =>
    `${word} (${countText(countOf(groups, part))})`;
  return (
    <search className="flex flex-wrap items-end gap-3" aria-label="Which letters">
      <Choice
        label="State"
        value={filter.state}
        onChange={(value) => onChange("state", value === "dead" ? "" : value)}
      >
        <option value="dead">Set aside</option>
        <option value="discarded">Discarded</option>
      </Choice>
      <Choice label="Queue" value={filter.queue ?? ""} onChange={(value) => onChange("queue", value)}>
        <option value="">All queues</option>
        {queues.map((queue) => (
          <option key={queue} value={queue}>
            {counted(queue, { ...filter, queue })}
          </option>
        ))}
      </Choice>
      <Choice label="Reason" value={filter.class ?? ""} onChange={(value) => onChange("class", value)}>
        <option value="">All reasons</option>
        {LetterClass.options.map((each) => (
          <option key={each} value={each}>
            {counted(LETTER_CLASSES[each].word, { ...filter, class: each })}
          </option>
        ))}
      </Choice>
    </search>
  );
}

"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import type { LetterFilter } from "../../server/dead-letter/model";
import { useTRPC } from "../_trpc/client";
import { Loaded } from "../_trpc/loaded";
import type { DeadLetter } from "../_trpc/outputs";
import { middleText, plural } from "../_ui/format";
import { Instant } from "../_ui/instant";
import { More } from "../_ui/more";
import { Page, Panel } from "../_ui/page";
import { Empty } from "../_ui/states";
import { type Column, Table } from "../_ui/table";
import { BulkBar } from "./bulk-bar";
import { LetterAboutLines } from "./letter-about";
import { LetterActions } from "./letter-actions";
import { countOf, LetterFilters, useLetterFilter } from "./letter-filter";
import { letterHref } from "./letter-href";
import { LetterMark } from "./letter-mark";
import { QueueName } from "./queue-name";
import { isSelected, NONE, type Selection, toggled } from "./selection";

const keyOf = ({ queue, id }: DeadLetter) => `${queue} ${id}`;

const columns = (
  selection: Selection,
  toggle: (key: string, shift: boolean) => void,
): readonly Column<DeadLetter>[] => [
  {
    head: "Message",
    cell: (letter) => (
      <span className="flex items-start gap-2.5">
        <input
          type="checkbox"
          aria-label={`Select message ${letter.id}`}
          className="mt-0.5 size-4 shrink-0 cursor-pointer accent-accent"
          checked={isSelected(selection, keyOf(letter))}
          onChange={() => undefined}
          // Space is a click too, with Shift where it is held.
          onClick={(event) => toggle(keyOf(letter), event.shiftKey)}
        />
        <span className="flex min-w-0 flex-col">
          <Link href={letterHref(letter)} className="link self-start font-mono text-12" title={letter.id}>
            {middleText(letter.id, 17)}
          </Link>
          <QueueName name={letter.queue} />
        </span>
      </span>
    ),
  },
  {
    head: "Reason",
    cell: (letter) => (
      <span className="flex max-w-[60ch] min-w-0 flex-col gap-0.5">
        <LetterMark letter={letter} />
        <span className="wrap-anywhere">{letter.reason}</span>
      </span>
    ),
  },
  { head: "Belongs to", cell: (letter) => <LetterAboutLines about={letter.about} /> },
  {
    head: "Since",
    cell: ({ deadAt, discardedAt, attempts }) => (
      <span className="flex flex-col">
        <Instant at={discardedAt ?? deadAt} />
        <span className="text-muted">{plural(attempts, "attempt")}</span>
      </span>
    ),
  },
  {
    head: "",
    cell: (letter) => (
      <span className="flex flex-wrap gap-2 lg:justify-end xl:flex-nowrap">
        <LetterActions letter={letter} />
      </span>
    ),
  },
];

export function DeadLettersScreen() {
  const trpc = useTRPC();
  const { filter, set } = useLetterFilter();
  const [selection, setSelection] = useState<Selection>(NONE);
  const letters = useInfiniteQuery(
    trpc.deadLetter.list.infiniteQueryOptions(filter, {
      getNextPageParam: (page) => page.next,
      placeholderData: (previous) => previous,
    }),
  );
  const counts = useQuery(
    trpc.deadLetter.counts.queryOptions({ state: filter.state }, { placeholderData: (previous) => previous }),
  );
  const groups = counts.data?.groups ?? [];
  const items = letters.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = items.map(keyOf);
  return (
    <Page
      title="Dead letters"
      sentence="Messages that can never succeed as they are, each with its reason. Mend the cause, then replay them; or discard what nobody needs."
    >
      <LetterFilters
        filter={filter}
        groups={groups}
        onChange={(name, value) => {
          setSelection(NONE);
          set(name, value);
        }}
      />
      <Panel title={filter.state === "dead" ? "Dead letters" : "Discarded"} flush>
        <Loaded query={letters}>
          {() =>
            items.length === 0 ? (
              <NoLetters filter={filter} />
            ) : (
              <>
                {counts.data === undefined ? null : (
                  <BulkBar
                    filter={filter}
                    matching={Math.max(countOf(groups, filter), items.length)}
                    asOf={counts.data.asOf}
                    chosen={items.filter((letter) => isSelected(selection, keyOf(letter)))}
                    selection={selection}
                    onSelect={setSelection}
                  />
                )}
                <Table
                  label={filter.state === "dead" ? "Dead letters" : "Discarded"}
                  columns={columns(selection, (key, shift) =>
                    setSelection((before) => toggled(before, key, shown, shift)),
                  )}
                  rows={items}
                  rowKey={keyOf}
                />
              </>
            )
          }
        </Loaded>
        <More query={letters} />
      </Panel>
    </Page>
  );
}

function NoLetters({ filter }: { filter: LetterFilter }) {
  if (filter.queue !== undefined || filter.class !== undefined)
    return (
      <Empty title="No letter is like that">
        <Link
          href={filter.state === "dead" ? "/dead-letters" : "/dead-letters?state=discarded"}
          className="link"
        >
          Show all of them
        </Link>
      </Empty>
    );
  if (filter.state === "discarded")
    return (
      <Empty title="Nothing was discarded">
        A message that a person discarded stands here with its reason, and can be taken back.
      </Empty>
    );
  return (
    <Empty title="No dead letters">
      All is well: every message could be worked, or will be tried again by itself. One that never can would
      stand here with its reason and a way to replay it.
    </Empty>
  );
}

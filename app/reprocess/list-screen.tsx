"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTRPC } from "../_trpc/client";
import { Loaded } from "../_trpc/loaded";
import type { Reprocessing } from "../_trpc/outputs";
import { countText } from "../_ui/format";
import { Instant, Nothing } from "../_ui/instant";
import { LinkButton } from "../_ui/link-button";
import { More } from "../_ui/more";
import { Page, Panel } from "../_ui/page";
import { Empty } from "../_ui/states";
import { type Column, Table } from "../_ui/table";
import { ReprocessBar, ReprocessStateMark, shareText } from "./progress";
import { BEHAVIOURS, DEPTHS, rangesWords } from "./words";

const COLUMNS: readonly Column<Reprocessing>[] = [
  {
    head: "Reprocess",
    cell: (each) => (
      <span className="flex flex-col gap-0.5">
        <Link href={`/reprocess/${each.number}`} className="link font-medium">
          {`Reprocess ${each.number}`}
        </Link>
        <span className="text-muted">{rangesWords(each.ranges)}</span>
        {each.note === undefined ? null : (
          <span className="max-w-[44ch] break-words text-muted">{each.note}</span>
        )}
      </span>
    ),
  },
  { head: "State", cell: (each) => <ReprocessStateMark of={each} /> },
  {
    head: "Progress",
    cell: (each) => (
      <span className="flex items-center gap-3">
        <ReprocessBar of={each} />
        <span className="whitespace-nowrap">{shareText(each)}</span>
      </span>
    ),
  },
  {
    head: "What",
    cell: ({ behaviour, depth }) => (
      <span className="text-muted">{`${BEHAVIOURS[behaviour].word}; ${DEPTHS[depth].word.toLowerCase()}`}</span>
    ),
  },
  { head: "Windows", number: true, cell: ({ counts }) => countText(counts.asked) },
  { head: "Failed", number: true, cell: ({ counts }) => countText(counts.outcomes.failed) },
  { head: "Begun", cell: ({ madeAt }) => <Instant at={madeAt} /> },
  {
    head: "Ended",
    cell: ({ endedAt }) => (endedAt === undefined ? <Nothing word="" /> : <Instant at={endedAt} />),
  },
];

export function ReprocessListScreen() {
  const trpc = useTRPC();
  const list = useInfiniteQuery(
    trpc.reprocess.list.infiniteQueryOptions({}, { getNextPageParam: (page) => page.next }),
  );
  return (
    <Page
      title="Reprocess"
      sentence="Windows that somebody asked to make again. What stands is served until the new is complete; live data goes first."
      action={
        <LinkButton href="/reprocess/new" look="primary">
          Reprocess windows…
        </LinkButton>
      }
    >
      <Panel title="Reprocesses" flush>
        <Loaded query={list}>
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items);
            return items.length === 0 ? (
              <Empty title="Nothing was reprocessed yet">
                Choose datasets and a range: a dry run says what would happen, before anything does. A single
                window is reprocessed on{" "}
                <Link href="/windows" className="link">
                  its own page
                </Link>
                , at once.
              </Empty>
            ) : (
              <Table
                label="Reprocesses, newest first"
                columns={COLUMNS}
                rows={items}
                rowKey={({ id }) => id}
              />
            );
          }}
        </Loaded>
        <More query={list} />
      </Panel>
    </Page>
  );
}

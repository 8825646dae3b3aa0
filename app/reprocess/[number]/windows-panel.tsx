"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { ReprocessOutcome } from "../../../server/reprocess/model";
import { useTRPC } from "../../_trpc/client";
import { Loaded } from "../../_trpc/loaded";
import type { ReprocessedWindow, Reprocessing } from "../../_trpc/outputs";
import { Choice } from "../../_ui/field";
import { countText, durationText } from "../../_ui/format";
import { Nothing, Span, Words } from "../../_ui/instant";
import { Mark } from "../../_ui/mark";
import { More } from "../../_ui/more";
import { Panel } from "../../_ui/page";
import { Empty } from "../../_ui/states";
import { type Column, Table } from "../../_ui/table";
import { windowHref } from "../../windows/window-href";
import { OUTCOMES, STEPS } from "../words";

const COLUMNS: readonly Column<ReprocessedWindow>[] = [
  {
    head: "Window",
    cell: (window) => (
      <span className="flex flex-col gap-0.5">
        {window.hasPage ? (
          <Link href={windowHref(window)} className="link font-medium">
            <Span start={window.start} end={window.end} />
          </Link>
        ) : (
          <span className="font-medium">
            <Span start={window.start} end={window.end} />
          </span>
        )}
        <span className="text-muted">{window.dataset}</span>
      </span>
    ),
  },
  {
    head: "Outcome",
    cell: ({ state, outcome }) => (
      <Mark
        {...(state === "ended" && outcome !== undefined
          ? OUTCOMES[outcome]
          : STEPS[state === "ended" ? "waiting" : state])}
      />
    ),
  },
  {
    head: "Why",
    cell: ({ reason, attempts, state }) =>
      reason === undefined ? (
        <Nothing word="" />
      ) : (
        <span className="block max-w-[52ch] break-words text-muted">
          {state !== "ended" && attempts > 0 ? `attempt ${attempts} failed: ` : ""}
          <Words text={reason} />
        </span>
      ),
  },
  {
    head: "Revision",
    number: true,
    cell: ({ revisionBefore, revisionAfter }) =>
      revisionAfter === undefined || revisionAfter === revisionBefore
        ? (revisionBefore ?? <Nothing />)
        : `${revisionBefore ?? "none"} → ${revisionAfter}`,
  },
  {
    head: "Took",
    number: true,
    cell: ({ begunAt, endedAt }) =>
      begunAt === undefined || endedAt === undefined ? <Nothing word="" /> : durationText(endedAt - begunAt),
  },
];

/** Each window with what became of it, in the order of the work; or those with one outcome. */
export function WindowsPanel({ of }: { of: Reprocessing }) {
  const trpc = useTRPC();
  const [outcome, setOutcome] = useState<ReprocessOutcome>();
  const windows = useInfiniteQuery(
    trpc.reprocess.windows.infiniteQueryOptions(
      { id: of.id, ...(outcome === undefined ? {} : { outcomes: [outcome] }) },
      { getNextPageParam: (page) => page.next, placeholderData: (previous) => previous },
    ),
  );
  return (
    <Panel
      title="Windows"
      flush
      action={
        <Choice
          label="Outcome"
          value={outcome ?? ""}
          onChange={(value) => setOutcome(ReprocessOutcome.safeParse(value).data)}
        >
          <option value="">All</option>
          {ReprocessOutcome.options.map((each) => (
            <option key={each} value={each}>
              {`${OUTCOMES[each].word} (${countText(of.counts.outcomes[each])})`}
            </option>
          ))}
        </Choice>
      }
    >
      <Loaded query={windows}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          return items.length === 0 ? (
            <Empty title="No window came to that">Choose another outcome to see the others.</Empty>
          ) : (
            <Table
              label="Windows"
              columns={COLUMNS}
              rows={items}
              rowKey={(window) => `${window.dataset} ${window.start}`}
            />
          );
        }}
      </Loaded>
      <More query={windows} what="Load more" />
    </Panel>
  );
}

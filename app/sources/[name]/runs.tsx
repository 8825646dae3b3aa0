"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTRPC } from "../../_trpc/client";
import { Loaded } from "../../_trpc/loaded";
import type { Run } from "../../_trpc/outputs";
import { spanText } from "../../_ui/format";
import { Span } from "../../_ui/instant";
import { More } from "../../_ui/more";
import { Panel } from "../../_ui/page";
import { Empty } from "../../_ui/states";
import { type Column, Table } from "../../_ui/table";
import { windowsHref } from "../../windows/window-href";
import { RunActions } from "../run-actions";
import { RUN_COLUMNS } from "../run-columns";
import { runHref } from "../run-href";
import { RunStateMark } from "../run-state";

function AskedBy({ run: { trigger, lane } }: { run: Run }) {
  const who = trigger === "first-fill" ? "the first start" : `a ${trigger}`;
  return (
    <>
      <span className="whitespace-nowrap">{who}</span>
      {lane === "live" ? "" : `, ${lane}`}
    </>
  );
}

const columns = (dataset: string, removed: boolean): readonly Column<Run>[] => [
  {
    head: "Range",
    cell: (run) => (
      <span className="flex flex-col">
        <Link href={runHref(run)} className="link" title="The run">
          <Span start={run.start} end={run.end} />
        </Link>
        <Link
          href={windowsHref(dataset, run)}
          className="link text-12"
          aria-label={`Windows of ${spanText(run.start, run.end)}`}
        >
          windows
        </Link>
      </span>
    ),
  },
  { head: "State", cell: (run) => <RunStateMark run={run} /> },
  { head: "Asked by", cell: (run) => <AskedBy run={run} /> },
  ...RUN_COLUMNS,
  // Nobody can ask one that was removed again.
  ...(removed ? [] : [{ head: "", cell: (run: Run) => <RunActions run={run} /> }]),
];

/** The runs of a source, each with the way to the windows of its range. */
export function Runs({
  source,
  dataset,
  removed = false,
}: {
  source: string;
  dataset: string;
  /** Whether the source was removed. */
  removed?: boolean;
}) {
  const trpc = useTRPC();
  const runs = useInfiniteQuery(
    trpc.source.runs.infiniteQueryOptions({ source }, { getNextPageParam: (page) => page.next }),
  );
  return (
    <Panel title="Runs" note="Newest first." flush>
      <Loaded query={runs}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length > 0)
            return (
              <Table label="Runs" columns={columns(dataset, removed)} rows={items} rowKey={({ id }) => id} />
            );
          if (removed) return <Empty title="It never had a run">Nothing was ever asked of it.</Empty>;
          return (
            <Empty title="No runs yet">
              Ask for a range above, or enable the source: its schedules ask by themselves.
            </Empty>
          );
        }}
      </Loaded>
      <More query={runs} />
    </Panel>
  );
}

"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTRPC } from "../../../_trpc/client";
import { Loaded } from "../../../_trpc/loaded";
import type { Run, WindowDetail } from "../../../_trpc/outputs";
import { Span } from "../../../_ui/instant";
import { Panel } from "../../../_ui/page";
import { Empty } from "../../../_ui/states";
import { type Column, Table } from "../../../_ui/table";
import { RUN_COLUMNS } from "../../../sources/run-columns";
import { runHref } from "../../../sources/run-href";
import { RunStateMark } from "../../../sources/run-state";

const COLUMNS: readonly Column<Run>[] = [
  {
    head: "Source",
    cell: ({ source }) => (
      <Link href={`/sources/${encodeURIComponent(source)}`} className="link">
        {source}
      </Link>
    ),
  },
  { head: "State", cell: (run) => <RunStateMark run={run} /> },
  {
    head: "Range",
    cell: (run) => (
      <Link href={runHref(run)} className="link" title="The run">
        <Span start={run.start} end={run.end} />
      </Link>
    ),
  },
  ...RUN_COLUMNS,
];

/** The collections behind a window's deliveries, and those over its time that have brought none yet. */
export function RunsPanel({
  window: { dataset, start, end },
}: {
  window: Pick<WindowDetail, "dataset" | "start" | "end">;
}) {
  const trpc = useTRPC();
  const runs = useQuery(trpc.source.ofWindow.queryOptions({ dataset, start, end }));
  return (
    <Panel
      title="Runs"
      note="Collections that brought its deliveries, or still may. Newest first. Builds are told by the revisions."
      flush
    >
      <Loaded query={runs}>
        {(items) =>
          items.length > 0 ? (
            <Table label="Runs" columns={COLUMNS} rows={items} rowKey={({ id }) => id} />
          ) : (
            <Empty title="No runs of ours">
              No source of this line has been asked for this time, as far as the last runs tell; other
              programs deliver without runs.
            </Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

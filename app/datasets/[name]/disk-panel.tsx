"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../_trpc/client";
import { Loaded } from "../../_trpc/loaded";
import type { DiskUse } from "../../_trpc/outputs";
import { bytesText, countText } from "../../_ui/format";
import { Instant, Nothing } from "../../_ui/instant";
import { Panel } from "../../_ui/page";
import { Empty } from "../../_ui/states";
import { type Column, Table } from "../../_ui/table";
import { KINDS } from "../disk-use";

const COLUMNS: readonly Column<DiskUse>[] = [
  { head: "What", cell: ({ kind }) => KINDS.find(([name]) => name === kind)?.[1] ?? kind },
  { head: "From source", cell: ({ source }) => source || <Nothing word="all of them" /> },
  { head: "Files", number: true, cell: ({ files }) => countText(files) },
  { head: "Size", number: true, cell: ({ bytes }) => bytesText(bytes) },
  { head: "Measured", cell: ({ measuredAt }) => <Instant at={measuredAt} /> },
];

/** What a dataset takes of the disk. */
export function DiskPanel({ name }: { name: string }) {
  const trpc = useTRPC();
  const disk = useQuery(trpc.dataset.disk.queryOptions());
  return (
    <Panel
      title="Disk"
      note="As the last walk over the files found it; measured again every few minutes."
      flush
    >
      <Loaded query={disk}>
        {(uses) => {
          const rows = uses.filter(({ dataset }) => dataset === name);
          return rows.length === 0 ? (
            <Empty title="Not measured yet">The files are measured in the background.</Empty>
          ) : (
            <Table
              label="Disk use"
              columns={COLUMNS}
              rows={rows}
              rowKey={({ kind, source }) => `${kind} ${source}`}
            />
          );
        }}
      </Loaded>
    </Panel>
  );
}

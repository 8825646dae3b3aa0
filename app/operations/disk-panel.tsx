"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../_trpc/client";
import { Loaded } from "../_trpc/loaded";
import type { DiskRoom, DiskUse } from "../_trpc/outputs";
import { bytesText, countText } from "../_ui/format";
import { Nothing } from "../_ui/instant";
import { Panel } from "../_ui/page";
import { Empty } from "../_ui/states";
import { type Column, Table } from "../_ui/table";

/** Nothing tells of other programs that fill the disk. */
const LOOK_AGAIN_MS = 30_000;

const DISK_COLUMNS: readonly Column<DiskUse>[] = [
  { head: "Dataset", cell: ({ dataset }) => dataset },
  { head: "Source", cell: ({ source }) => source || <Nothing word="" /> },
  { head: "Kind", cell: ({ kind }) => kind },
  { head: "Files", number: true, cell: ({ files }) => countText(files) },
  { head: "Size", number: true, cell: ({ bytes }) => bytesText(bytes) },
];

/** How much room is left, when collection would wait for more, and what has taken it. */
export function DiskPanel() {
  const trpc = useTRPC();
  const disk = useQuery(trpc.dataset.disk.queryOptions());
  return (
    <Panel title="Disk" note="What is stored, by dataset and kind, as it was last measured." flush>
      <Rooms />
      <Loaded query={disk}>
        {(lines) =>
          lines.length > 0 ? (
            <Table
              label="What is stored"
              columns={DISK_COLUMNS}
              rows={lines}
              rowKey={({ dataset, source, kind }) => `${dataset} ${source} ${kind}`}
            />
          ) : (
            <Empty title="Nothing is measured yet">
              The worker measures it by itself, a while after its start.
            </Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Rooms() {
  const trpc = useTRPC();
  const rooms = useQuery(trpc.line.rooms.queryOptions(undefined, { refetchInterval: LOOK_AGAIN_MS }));
  return (
    <Loaded query={rooms} skeleton={<div role="status" aria-label="Loading" className="skeleton m-3 h-10" />}>
      {(found) => (
        <ul aria-label="Room on the disk" className="flex flex-col gap-3 border-b p-3">
          {found.length === 0 ? <li>The disk does not tell how much room it has.</li> : null}
          {found.map((room) => (
            <li key={room.folder}>
              <RoomOnDisk room={room} />
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  );
}

function RoomOnDisk({ room: { folder, free, total, reserve } }: { room: DiskRoom }) {
  const short = free < reserve;
  const used = total > 0 ? (total - free) / total : 0;
  return (
    <div className="flex flex-col gap-1.5">
      <p>
        <span className={short ? "font-medium text-failed" : "font-medium"}>{bytesText(free)} free</span> of{" "}
        {bytesText(total)}, <code className="break-all">{folder}</code>
      </p>
      <span aria-hidden className="relative block h-2 max-w-[40rem] overflow-hidden rounded border">
        <span
          className={`absolute inset-y-0 left-0 ${short ? "bg-failed" : "bg-building"}`}
          style={{ width: `${used * 100}%` }}
        />
        <span
          className="absolute inset-y-0 border-failed border-l-2"
          style={{ right: `${(reserve / Math.max(1, total)) * 100}%` }}
        />
      </span>
      <p className="text-muted">
        {bytesText(reserve)} are kept free: with less, collection waits until there is more
        (IONBEAM_DISK_RESERVE).
      </p>
    </div>
  );
}

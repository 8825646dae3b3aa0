"use client";

import { Plus } from "lucide-react";
import { useState } from "react";
import type { Schedule, Source } from "../../../_trpc/outputs";
import { Button } from "../../../_ui/button";
import { durationText, plural, spanText } from "../../../_ui/format";
import { Instant, Nothing } from "../../../_ui/instant";
import { Panel } from "../../../_ui/page";
import { Empty } from "../../../_ui/states";
import { type Column, Table } from "../../../_ui/table";
import { Tag } from "../../../_ui/tag";
import { ScheduleActions } from "./schedule-actions";
import { ScheduleForm } from "./schedule-form";

/** What is being typed: a schedule more, or another saying of one. */
type Editing = { readonly kind: "add" } | { readonly kind: "change"; readonly schedule: Schedule };

const columns = (source: Source, edit: (schedule: Schedule) => void): readonly Column<Schedule>[] => [
  {
    head: "Every",
    cell: ({ interval, enabled }) => (
      <span className="flex flex-wrap items-center gap-2">
        {durationText(interval)}
        {enabled ? null : <Tag>off</Tag>}
      </span>
    ),
  },
  { head: "Asks for", cell: ({ windowSize }) => durationText(windowSize) },
  { head: "Lag", cell: ({ lag }) => durationText(lag) },
  {
    head: "Next",
    cell: ({ nextFire }) =>
      nextFire === undefined ? (
        <Nothing word={source.enabled ? "when turned on" : "when the source is enabled"} />
      ) : (
        <Instant at={nextFire} />
      ),
  },
  { head: "Skipped", cell: ({ skipped }) => <Skipped ranges={skipped} /> },
  {
    head: "",
    cell: (schedule) => (
      <ScheduleActions source={source} schedule={schedule} onChange={() => edit(schedule)} />
    ),
  },
];

function Skipped({ ranges }: { ranges: Schedule["skipped"] }) {
  if (ranges.length === 0) return <Nothing />;
  return (
    <details>
      <summary className="cursor-pointer">{plural(ranges.length, "range")}</summary>
      <ul className="mt-1 text-muted">
        {ranges.map(({ start, end }) => (
          <li key={start}>{spanText(start, end)}</li>
        ))}
      </ul>
    </details>
  );
}

/** When a source is asked by itself: its schedules, and the form to add or change one. */
export function SchedulesPanel({ source }: { source: Source }) {
  const [editing, setEditing] = useState<Editing>();
  const { schedules, skippedBefore } = source;
  const close = () => setEditing(undefined);
  const edited = editing?.kind === "change" ? editing.schedule : undefined;
  return (
    <Panel
      title="Schedules"
      note="When it is asked by itself, and for which range. Times are UTC."
      action={
        <Button onPress={() => setEditing({ kind: "add" })} disabled={editing !== undefined}>
          <Plus aria-hidden="true" className="size-3.5" />
          Add a schedule
        </Button>
      }
      flush
    >
      {schedules.length === 0 ? (
        <Empty title="No schedules">This source is asked only by people, until it gets a schedule.</Empty>
      ) : (
        <Table
          label="Schedules"
          columns={columns(source, (schedule) => setEditing({ kind: "change", schedule }))}
          rows={schedules}
          rowKey={({ id }) => id}
        />
      )}
      {editing === undefined ? null : (
        <ScheduleForm
          key={edited?.id ?? "new"}
          source={source.name}
          begun={edited}
          schedules={schedules}
          onDone={close}
          onClose={close}
        />
      )}
      {skippedBefore.length === 0 ? null : (
        <div className="flex flex-wrap items-baseline gap-x-2 border-t px-3 py-2">
          <span className="text-12 text-muted">Skipped by schedules that it has no more:</span>
          <Skipped ranges={skippedBefore} />
        </div>
      )}
    </Panel>
  );
}

import type { RunDetail } from "../../../../_trpc/outputs";
import { durationText } from "../../../../_ui/format";
import { Instant, Nothing } from "../../../../_ui/instant";
import { Panel } from "../../../../_ui/page";
import { type Column, Table } from "../../../../_ui/table";

interface Step {
  readonly name: string;
  readonly at: number | undefined;
  /** µs after the step before. */
  readonly after: number | undefined;
}

const COLUMNS: readonly Column<Step>[] = [
  { head: "Step", cell: ({ name }) => name },
  { head: "At", cell: ({ at }) => (at === undefined ? <Nothing word="not yet" /> : <Instant at={at} />) },
  {
    head: "After the step before",
    number: true,
    cell: ({ after }) => (after === undefined ? <Nothing word="" /> : durationText(after)),
  },
];

/** When a run was asked for, when its last attempt began and ended, and when what it brought was ingested. */
export function ChainPanel({ run }: { run: RunDetail }) {
  const ended = run.state === "running" || run.state === "queued" ? undefined : run.finishedAt;
  const times = [
    ["asked for", run.requestedAt],
    ["last attempt began", run.startedAt],
    [run.state === "failed" ? "last attempt ended" : "ended", ended],
    ["ingested", run.ingest?.ingestedAt],
  ] as const;
  const steps = times.map(([name, at], place): Step => {
    const before = times[place - 1]?.[1];
    return {
      name,
      at,
      after: at === undefined || before === undefined ? undefined : Math.max(0, at - before),
    };
  });
  return (
    <Panel title="Chain of times" flush>
      <Table label="Chain of times" columns={COLUMNS} rows={steps} rowKey={({ name }) => name} />
    </Panel>
  );
}

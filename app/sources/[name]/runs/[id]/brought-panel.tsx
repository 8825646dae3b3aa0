import Link from "next/link";
import type { RunDetail } from "../../../../_trpc/outputs";
import { bytesText, countText, plural } from "../../../../_ui/format";
import { Identifier } from "../../../../_ui/identifier";
import { Instant, Nothing, Span } from "../../../../_ui/instant";
import { Panel } from "../../../../_ui/page";
import { Empty } from "../../../../_ui/states";
import { type Column, Facts, Table } from "../../../../_ui/table";
import { Tag } from "../../../../_ui/tag";
import { letterHref } from "../../../../dead-letters/letter-href";
import { Findings } from "../../../../ingests/findings";
import { windowHref } from "../../../../windows/window-href";
import { WindowStateMark } from "../../../../windows/window-state";

type Ingest = NonNullable<RunDetail["ingest"]>;

/** What a run brought: its delivery, what could not be used of it and why, damaged files, and the windows that it claims or has rows in. */
export function BroughtPanel({ run }: { run: RunDetail }) {
  return (
    <>
      <Panel title="What it brought" flush={run.ingest === undefined}>
        {run.ingest === undefined ? <NothingYet run={run} /> : <Brought run={run} ingest={run.ingest} />}
      </Panel>
      {run.damaged.length === 0 ? null : <Damaged files={run.damaged} />}
      {run.ingest === undefined ? null : <Windows dataset={run.dataset} ingest={run.ingest} />}
    </>
  );
}

function NothingYet({ run }: { run: RunDetail }) {
  const over = run.state === "cancelled" || run.state === "refused" || run.state === "discarded";
  return (
    <Empty title={over ? "Nothing" : "Nothing yet"}>
      {run.letter !== undefined ? (
        <Link href={letterHref(run.letter)} className="link">
          See the letter that was set aside
        </Link>
      ) : over ? (
        "It claims nothing and has no delivery."
      ) : (
        "Its delivery stands here when what it brings is ingested."
      )}
    </Empty>
  );
}

function Brought({ run, ingest }: { run: RunDetail; ingest: Ingest }) {
  return (
    <div className="flex flex-col gap-4">
      <Facts
        facts={[
          [
            "Delivery",
            <span key="delivery" className="flex flex-wrap items-center gap-2">
              <Identifier text={ingest.delivery} what="the delivery's key" />
              {ingest.withdrawn ? <Tag>withdrawn</Tag> : null}
              {ingest.current ? null : <Tag>ingested again since</Tag>}
            </span>,
          ],
          ["Claims", <Span key="claims" start={ingest.start} end={ingest.end} />],
          ["Payload", bytesText(ingest.payloadBytes)],
          ["Rows in", run.rows === undefined ? <Nothing key="in" /> : countText(run.rows)],
          ["Rows used", countText(ingest.rows)],
          ["Stations", countText(ingest.stations)],
          ["Ingested", <Instant key="ingested" at={ingest.ingestedAt} />],
        ]}
      />
      <div>
        <h3 className="mb-1 text-12 text-muted">Could not be used</h3>
        <Findings ingest={ingest} open />
      </div>
    </div>
  );
}

const DAMAGE: readonly Column<RunDetail["damaged"][number]>[] = [
  { head: "File", cell: ({ name }) => <span className="font-mono text-12 break-all">{name}</span> },
  { head: "Reason", cell: ({ reason }) => reason },
];

function Damaged({ files }: { files: RunDetail["damaged"] }) {
  return (
    <Panel
      title="Damaged files"
      note={`${plural(files.length, "file")}: kept, and their readable rows taken.`}
      flush
    >
      <Table label="Damaged files" columns={DAMAGE} rows={files} rowKey={({ name }) => name} />
    </Panel>
  );
}

function Windows({ dataset, ingest }: { dataset: string; ingest: Ingest }) {
  const columns: readonly Column<Ingest["windows"][number]>[] = [
    {
      head: "Window",
      cell: (window) => (
        <Link href={windowHref({ dataset, start: window.start })} className="link">
          <Span start={window.start} end={window.end} />
        </Link>
      ),
    },
    {
      head: "State",
      cell: ({ state, start, end }) =>
        state === undefined ? (
          <Nothing word="not judged yet" />
        ) : (
          <WindowStateMark window={{ state, start, end, stale: false }} />
        ),
    },
    { head: "Claimed", cell: ({ claimed }) => (claimed ? "yes" : "no, rows only") },
    { head: "Rows", number: true, cell: ({ rows }) => countText(rows) },
    { head: "Stations", number: true, cell: ({ stations }) => countText(stations) },
  ];
  const left = ingest.windowsInAll - ingest.windows.length;
  return (
    <Panel
      title="Windows"
      note={`That its delivery claims or has rows in.${left > 0 ? ` ${countText(left)} more are not shown.` : ""}`}
      flush
    >
      {ingest.windows.length === 0 ? (
        <Empty title="No windows">It claims no time, and none of its rows landed anywhere.</Empty>
      ) : (
        <Table
          label="Windows of the run"
          columns={columns}
          rows={ingest.windows}
          rowKey={({ start }) => String(start)}
        />
      )}
    </Panel>
  );
}

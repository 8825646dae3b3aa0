"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTRPC } from "../_trpc/client";
import { Loaded } from "../_trpc/loaded";
import type { Source } from "../_trpc/outputs";
import { bytesText, durationText, plural } from "../_ui/format";
import { Instant, Nothing } from "../_ui/instant";
import { LinkButton } from "../_ui/link-button";
import { Page, Panel } from "../_ui/page";
import { Empty } from "../_ui/states";
import { type Column, Table } from "../_ui/table";
import { Synthetic } from "../_ui/tag";
import { Enable } from "./enable";
import { IntakeNotice } from "./intake-notice";
import { runHref } from "./run-href";
import { RunStateMark } from "./run-state";
import { SettingsDiffer } from "./settings-differ";
import { sourceHref } from "./source-href";
import { SourceState } from "./source-state";

function Schedules({ schedules: all, enabled }: Pick<Source, "schedules" | "enabled">) {
  const schedules = all.filter((schedule) => schedule.enabled);
  if (schedules.length === 0) return <Nothing word="none is on: runs when asked" />;
  const next = schedules.flatMap(({ nextFire }) => nextFire ?? []);
  return (
    <span className="flex flex-col">
      {schedules.map((schedule) => `every ${durationText(schedule.interval)}`).join(", ")}
      <span className="text-muted">
        {enabled && next.length > 0 ? (
          <>
            next <Instant at={Math.min(...next)} />
          </>
        ) : (
          "when enabled"
        )}
      </span>
    </span>
  );
}

/** How the last run went, and when. */
function LastRun({ run }: { run: NonNullable<Source["lastRun"]> }) {
  return (
    <span className="flex flex-col">
      <RunStateMark run={run} />
      <Link href={runHref(run)} className="link" title="The run">
        <Instant at={run.finishedAt ?? run.startedAt ?? run.requestedAt} />
      </Link>
    </span>
  );
}

const COLUMNS: readonly Column<Source>[] = [
  {
    head: "Source",
    cell: (source) => (
      <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
        <Link href={sourceHref(source.name)} className="link font-medium">
          {source.name}
        </Link>
        {source.synthetic ? <Synthetic /> : null}
        <span className="w-full text-muted">{source.title}</span>
      </span>
    ),
  },
  {
    head: "Dataset",
    cell: ({ dataset, newestObservation }) => (
      <span className="flex flex-col">
        <Link href={`/datasets/${encodeURIComponent(dataset)}`} className="link self-start">
          {dataset}
        </Link>
        <span className="text-muted">
          {newestObservation === undefined ? (
            "no observation yet"
          ) : (
            <>
              newest <Instant at={newestObservation} />
            </>
          )}
        </span>
      </span>
    ),
  },
  { head: "State", cell: (source) => <SourceState source={source} /> },
  {
    head: "Next run",
    cell: (source) =>
      source.schedules.length === 0 ? <Nothing word="none: runs when asked" /> : <Schedules {...source} />,
  },
  { head: "Last run", cell: ({ lastRun }) => (lastRun ? <LastRun run={lastRun} /> : <Nothing />) },
  {
    head: "Last 24 h",
    number: true,
    cell: ({ lastDay: { rows, bytes } }) =>
      rows === 0 && bytes === 0 ? (
        <Nothing />
      ) : (
        <span className="flex flex-col">
          <span>{plural(rows, "row")}</span>
          <span className="text-muted">{bytesText(bytes)}</span>
        </span>
      ),
  },
  {
    head: "",
    cell: (source) =>
      source.known ? (
        <span className="flex items-center gap-3 lg:justify-end">
          <Link href={sourceHref(source.name)} className="link" aria-label={`Run ${source.name}`}>
            Run…
          </Link>
          <Enable source={source} />
        </span>
      ) : null,
  },
];

/** Those that a person removed, whose deliveries, windows and runs are there. Nothing where there is none. */
function Removed() {
  const trpc = useTRPC();
  const removed = useQuery(trpc.source.removed.queryOptions());
  if (!removed.data || removed.data.length === 0) return null;
  return (
    <section aria-label="Removed sources" className="flex flex-wrap items-baseline gap-x-3 gap-y-1 px-3">
      <span className="text-12 text-muted">Removed, what they delivered stays:</span>
      {removed.data.map(({ name }) => (
        <Link key={name} href={sourceHref(name)} className="link">
          {name}
        </Link>
      ))}
    </section>
  );
}

export function SourcesScreen() {
  const trpc = useTRPC();
  const sources = useQuery(trpc.source.list.queryOptions());
  const enabled = sources.data?.filter((source) => source.enabled).length ?? 0;
  return (
    <Page
      title="Sources"
      sentence={
        sources.data
          ? `${plural(sources.data.length, "source")}, of which ${enabled} ${enabled === 1 ? "is" : "are"} enabled. Open one to run it over a range of time.`
          : "Networks of stations that are asked for observations."
      }
      action={<LinkButton href="/sources/new">Add a source</LinkButton>}
    >
      <IntakeNotice />
      <SettingsDiffer />
      <Panel title="Sources" flush>
        <Loaded query={sources}>
          {(data) =>
            data.length === 0 ? (
              <Empty title="No sources">
                Add one above, or name a settings file by IONBEAM_CONFIG_PATH before the start, or apply one
                with <code className="font-mono text-13">ionbeam config import</code>.
              </Empty>
            ) : (
              <Table label="Sources" columns={COLUMNS} rows={data} rowKey={({ name }) => name} />
            )
          }
        </Loaded>
      </Panel>
      <Removed />
    </Page>
  );
}

"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTRPC } from "../../_trpc/client";
import { Loaded } from "../../_trpc/loaded";
import type { Run } from "../../_trpc/outputs";
import { countText, durationText, plural } from "../../_ui/format";
import { Instant, Nothing, Span } from "../../_ui/instant";
import { More } from "../../_ui/more";
import { Panel } from "../../_ui/page";
import { Empty } from "../../_ui/states";
import { type Column, Table } from "../../_ui/table";
import { letterHref } from "../../dead-letters/letter-href";
import { windowsHref } from "../../windows/window-href";
import { RunStateMark } from "../run-state";

/** What a run says: its progress while it works, its error in words, the files that it could not read whole, the fields that no map names. */
function Remarks({ run }: { run: Run }) {
  const unmapped = Object.entries(run.unmapped ?? {});
  const silent =
    run.error === undefined &&
    run.progress === undefined &&
    run.waits === undefined &&
    run.letter === undefined;
  if (silent && run.damaged.length === 0 && unmapped.length === 0) return null;
  const waits = run.state === "queued" || run.state === "running";
  return (
    <span className="flex max-w-[52ch] flex-col gap-1">
      {run.waits === undefined ? null : <span className="text-stale">Waits: {run.waits}</span>}
      {waits && run.progress !== undefined ? <span>{run.progress}</span> : null}
      {run.error === undefined ? null : (
        <span className={run.state === "failed" || run.state === "refused" ? "text-failed" : "text-stale"}>
          {run.error}
          {run.attempts > 1 ? ` (${plural(run.attempts, "attempt")})` : ""}
        </span>
      )}
      {run.letter === undefined ? null : <SetAside letter={run.letter} done={run.state === "done"} />}
      {run.damaged.length === 0 ? null : (
        <details>
          <summary className="cursor-pointer text-stale">
            {plural(run.damaged.length, "damaged file")}
          </summary>
          <ul className="mt-1 list-disc pl-5 text-muted">
            {run.damaged.map(({ name, reason }) => (
              <li key={name}>
                {name}: {reason}
              </li>
            ))}
          </ul>
        </details>
      )}
      {unmapped.length === 0 ? null : (
        <details>
          <summary className="cursor-pointer text-muted">{plural(unmapped.length, "unmapped field")}</summary>
          <p className="mt-1 text-muted">Kept in the payload, without a place in the map. Values of each:</p>
          <ul className="mt-1 list-disc pl-5 text-muted">
            {unmapped.map(([name, count]) => (
              <li key={name}>
                <span className="font-mono text-12">{name}</span> {countText(count)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </span>
  );
}

/** Nothing comes of it, or of what it brought, until somebody does something. */
function SetAside({ letter, done }: { letter: NonNullable<Run["letter"]>; done: boolean }) {
  const what = done ? "What it brought" : "It";
  return (
    <span className="text-stale">
      {letter.state === "dead" ? `${what} was set aside and waits for a person: ` : `${what} was discarded: `}
      <Link href={letterHref(letter)} className="link">
        see why
      </Link>
    </span>
  );
}

function AskedBy({ run: { trigger, lane } }: { run: Run }) {
  const who = trigger === "first-fill" ? "the first start" : `a ${trigger}`;
  return (
    <>
      <span className="whitespace-nowrap">{who}</span>
      {lane === "live" ? "" : `, ${lane}`}
    </>
  );
}

const columns = (dataset: string): readonly Column<Run>[] => [
  {
    head: "Range",
    cell: (run) => (
      <Link href={windowsHref(dataset, run)} className="link" title="Its windows">
        <Span start={run.start} end={run.end} />
      </Link>
    ),
  },
  { head: "State", cell: (run) => <RunStateMark run={run} /> },
  { head: "Asked by", cell: (run) => <AskedBy run={run} /> },
  { head: "Requested", cell: ({ requestedAt }) => <Instant at={requestedAt} /> },
  {
    head: "Took",
    number: true,
    cell: ({ startedAt, finishedAt }) =>
      startedAt === undefined || finishedAt === undefined ? (
        <Nothing word="" />
      ) : (
        durationText(finishedAt - startedAt)
      ),
  },
  { head: "Rows", number: true, cell: ({ rows }) => (rows === undefined ? "" : countText(rows)) },
  { head: "Remarks", cell: (run) => <Remarks run={run} /> },
];

/** The runs of a source, each with the way to the windows of its range. */
export function Runs({ source, dataset }: { source: string; dataset: string }) {
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
            return <Table label="Runs" columns={columns(dataset)} rows={items} rowKey={({ id }) => id} />;
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

"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTRPC } from "../../../../_trpc/client";
import { isNotFound } from "../../../../_trpc/failure";
import { Loaded } from "../../../../_trpc/loaded";
import type { RunDetail } from "../../../../_trpc/outputs";
import { Elapsed } from "../../../../_ui/elapsed";
import { countText, durationText } from "../../../../_ui/format";
import { Identifier } from "../../../../_ui/identifier";
import { Instant, Nothing, Span, Words } from "../../../../_ui/instant";
import { Page, Panel } from "../../../../_ui/page";
import { Empty, SkeletonRows } from "../../../../_ui/states";
import { Facts } from "../../../../_ui/table";
import { windowsHref } from "../../../../windows/window-href";
import { RunActions } from "../../../run-actions";
import { runAdvice } from "../../../run-advice";
import { FailedCheck } from "../../../run-remarks";
import { RunStateMark } from "../../../run-state";
import { sourceHref } from "../../../source-href";
import { BroughtPanel } from "./brought-panel";
import { ChainPanel } from "./chain-panel";

export function RunScreen({ name, id }: { name: string; id: string }) {
  const trpc = useTRPC();
  const run = useQuery(trpc.source.runDetail.queryOptions({ id }));
  if (run.data === undefined && isNotFound(run.error)) return <NoRun name={name} />;
  return (
    <Page
      above={<Way name={name} />}
      title={`Run of ${name}`}
      sentence={
        run.data ? (
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <RunStateMark run={run.data} />
            <Span start={run.data.start} end={run.data.end} />
          </span>
        ) : null
      }
      action={run.data ? <RunActions run={run.data} /> : null}
    >
      <Loaded
        query={run}
        skeleton={
          <Panel title="Run">
            <SkeletonRows rows={4} />
          </Panel>
        }
      >
        {(data) => (
          <>
            <Standing run={data} />
            <Panel title="Run">
              <Facts facts={factsOf(data)} />
            </Panel>
            <ChainPanel run={data} />
            <BroughtPanel run={data} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Way({ name }: { name: string }) {
  return (
    <>
      <Link href="/sources" className="link">
        Sources
      </Link>{" "}
      /{" "}
      <Link href={sourceHref(name)} className="link">
        {name}
      </Link>
    </>
  );
}

/** What it is at, what went wrong, and what to do about it. */
function Standing({ run }: { run: RunDetail }) {
  const advice = runAdvice(run);
  const { error, progress, waits, state } = run;
  const working = state === "running" || state === "queued";
  const bad = state === "failed" || state === "refused";
  const shown = working ? progress : undefined;
  if ([advice, error, waits, shown].every((each) => each === undefined)) return null;
  return (
    <section
      aria-label="How it stands"
      className={`flex flex-col gap-2 rounded border p-3 ${bad ? "border-failed bg-failed-soft" : "bg-panel"}`}
    >
      {error === undefined ? null : (
        <p className={`max-w-[90ch] break-words font-medium ${bad ? "text-failed" : ""}`}>
          {bad ? "" : "Before: "}
          <Words text={error} />
        </p>
      )}
      <div className="max-w-[90ch]">
        <FailedCheck run={run} />
      </div>
      {shown === undefined ? null : (
        <p role="status" aria-label="Progress">
          {shown}
        </p>
      )}
      {waits === undefined ? null : (
        <p className="text-stale">
          Waits: <Words text={waits} />
        </p>
      )}
      {advice === undefined ? null : (
        <p className="max-w-[90ch]">
          <Words text={advice} />
        </p>
      )}
    </section>
  );
}

type Fact = readonly [name: string, value: React.ReactNode];

function factsOf(run: RunDetail): readonly Fact[] {
  return [
    [
      "Range",
      <Link key="range" href={windowsHref(run.dataset, run)} className="link" title="Its windows">
        <Span start={run.start} end={run.end} />
      </Link>,
    ],
    ["Asked by", <AskedBy key="asked" run={run} />],
    ["Lane", run.lane],
    ["Attempts", countText(run.attempts)],
    ["Took", <Took key="took" run={run} />],
    ["Rows", run.rows === undefined ? <Nothing key="rows" word="not known yet" /> : countText(run.rows)],
    ["Rejected rows", <Rejected key="rejected" run={run} />],
    ["Id", <Identifier key="id" text={run.id} what="the run's id" />],
  ];
}

function AskedBy({ run: { trigger, who, schedule } }: { run: RunDetail }) {
  if (trigger === "person") return <>a person{who === undefined ? "" : ` (${who})`}</>;
  if (trigger === "first-fill") return "the first start";
  if (trigger !== "schedule" || schedule === undefined) return "a schedule";
  return (
    <span className="flex flex-col">
      {`the schedule of every ${durationText(schedule.interval)}`}
      <span className="text-muted">
        boundary <Instant at={schedule.boundary} />
      </span>
    </span>
  );
}

function Took({ run: { startedAt, finishedAt, state } }: { run: RunDetail }) {
  if (startedAt === undefined) return <Nothing word="not begun" />;
  if (state === "running") return <Elapsed since={startedAt} />;
  return finishedAt === undefined ? <Nothing word="" /> : durationText(Math.max(0, finishedAt - startedAt));
}

function Rejected({ run }: { run: RunDetail }) {
  if (run.ingest === undefined) return <Nothing word="not ingested" />;
  return run.ingest.rejectedRows === 0 ? <Nothing /> : countText(run.ingest.rejectedRows);
}

function NoRun({ name }: { name: string }) {
  return (
    <Page above={<Way name={name} />} title="There is no such run">
      <Panel title="No run">
        <Empty title={`${name} has no run of this id.`}>
          <Link href={sourceHref(name)} className="link">
            See its runs
          </Link>{" "}
          and look from there.
        </Empty>
      </Panel>
    </Page>
  );
}

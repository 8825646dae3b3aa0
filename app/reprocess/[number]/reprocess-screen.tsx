"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTRPC } from "../../_trpc/client";
import { Loaded } from "../../_trpc/loaded";
import type { Reprocessing } from "../../_trpc/outputs";
import { countText, durationText } from "../../_ui/format";
import { Instant, Nothing, Span } from "../../_ui/instant";
import { Page, Panel } from "../../_ui/page";
import { SkeletonRows } from "../../_ui/states";
import { Facts } from "../../_ui/table";
import { progressWords, ReprocessBar, ReprocessStateMark } from "../progress";
import { SteerReprocess } from "../steer";
import { BEHAVIOURS, DEPTHS, rangesWords } from "../words";
import { WindowsPanel } from "./windows-panel";

/** One reprocess: how far it is, what became of each window, and the means to pause, cancel and try again. */
export function ReprocessScreen({ number }: { number: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.reprocess.get.queryOptions({ id: number }));
  const reprocess = query.data;
  return (
    <Page
      above={
        <Link href="/reprocess" className="link">
          Reprocess
        </Link>
      }
      title={`Reprocess ${reprocess?.number ?? number}`}
      sentence={reprocess ? `${rangesWords(reprocess.ranges)}. ${progressWords(reprocess)}.` : undefined}
      action={reprocess ? <SteerReprocess of={reprocess} /> : undefined}
    >
      <Loaded query={query} skeleton={<SkeletonRows rows={8} />}>
        {(loaded) => (
          <>
            <ProgressPanel of={loaded} />
            <WindowsPanel of={loaded} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function ProgressPanel({ of }: { of: Reprocessing }) {
  const { counts, endedAt, madeAt } = of;
  return (
    <Panel
      title="Progress"
      note={counts.leftOut > 0 ? `${countText(counts.leftOut)} more do not run; why stands below` : ""}
    >
      <div className="flex flex-col gap-4">
        <div role="status" className="flex flex-col gap-2">
          <p className="flex flex-wrap items-center gap-x-3">
            <ReprocessStateMark of={of} />
            <span>{progressWords(of)}</span>
          </p>
          <ReprocessBar of={of} />
        </div>
        <Facts
          facts={[
            ["Which windows", BEHAVIOURS[of.behaviour].word],
            ["How deep", DEPTHS[of.depth].word],
            ["Order", of.newestFirst ? "newest first" : "oldest first"],
            ["Incomplete ones too", of.forced ? "yes" : "no"],
            ["Begun", <Instant key="begun" at={madeAt} />],
            [
              "Ended",
              endedAt === undefined ? (
                <Nothing key="ended" word="not yet" />
              ) : (
                <Instant key="ended" at={endedAt} />
              ),
            ],
            [
              "Took",
              endedAt === undefined ? <Nothing key="took" word="not yet" /> : durationText(endedAt - madeAt),
            ],
            ["Note", of.note ?? <Nothing key="note" />],
          ]}
        />
        {of.ranges.length > 1 ? <Ranges of={of} /> : null}
      </div>
    </Panel>
  );
}

const MOST = 20;

function Ranges({ of: { ranges } }: { of: Reprocessing }) {
  return (
    <details>
      <summary className="cursor-pointer text-13">{`${countText(ranges.length)} ranges`}</summary>
      <ul className="mt-2 flex flex-col gap-1 text-13 text-muted">
        {ranges.slice(0, MOST).map((range) => (
          <li key={`${range.dataset} ${range.start}`}>
            {range.dataset}, <Span start={range.start} end={range.end} />
          </li>
        ))}
        {ranges.length > MOST ? <li>{`and ${countText(ranges.length - MOST)} more`}</li> : null}
      </ul>
    </details>
  );
}

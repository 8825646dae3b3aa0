"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { DAY } from "../../../server/observation/time";
import { useTRPC } from "../../_trpc/client";
import { Loaded } from "../../_trpc/loaded";
import { Instant, Nothing } from "../../_ui/instant";
import { LinkButton } from "../../_ui/link-button";
import { MarkGlyph } from "../../_ui/mark";
import { Page, Panel } from "../../_ui/page";
import { SkeletonRows } from "../../_ui/states";
import { Facts } from "../../_ui/table";
import { Synthetic } from "../../_ui/tag";
import { Enable } from "../enable";
import { SourceState } from "../source-state";
import { ConfigurationPanel } from "./configuration/configuration-panel";
import { HealthPanel } from "./health/health-panel";
import { RemovePanel } from "./remove-source";
import { RemovedNotice } from "./removed-source";
import { RunNow } from "./run-now";
import { Runs } from "./runs";
import { SchedulesPanel } from "./schedules/schedules-panel";

/** Instead of all that cannot be done with it. */
function UnknownKind({ kind }: { kind: string }) {
  return (
    <p className="flex items-start gap-2 rounded border border-edge px-3 py-2">
      <span className="pt-0.5">
        <MarkGlyph glyph="dash" tone="waiting" />
      </span>
      This version has no sources of the kind {kind}: its settings and schedules are kept as they are, and it
      runs when a version that has the kind is started.
    </p>
  );
}

export function SourceScreen({ name }: { name: string }) {
  const trpc = useTRPC();
  const source = useQuery(trpc.source.get.queryOptions({ name }));
  return (
    <Page
      above={
        <Link href="/sources" className="link">
          Sources
        </Link>
      }
      title={name}
      sentence={
        source.data ? (
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <SourceState source={source.data} />
            {source.data.synthetic ? <Synthetic /> : null}
            <span>{source.data.title}</span>
          </span>
        ) : null
      }
      action={
        source.data?.known && source.data.removedAt === undefined ? (
          <span className="flex flex-wrap gap-2">
            <LinkButton href={`/sources/${encodeURIComponent(name)}/variables`}>Variable map</LinkButton>
            <Enable source={source.data} />
          </span>
        ) : null
      }
    >
      <Loaded
        query={source}
        skeleton={
          <Panel title="Run now">
            <SkeletonRows rows={3} />
          </Panel>
        }
      >
        {(data) => (
          <>
            {data.removedAt !== undefined ? (
              <>
                <RemovedNotice source={data} />
                <Runs source={name} dataset={data.dataset} removed />
              </>
            ) : data.known ? (
              <>
                <Panel
                  title="Run now"
                  note="Asks the source for a range of time. What it brings joins what is there."
                >
                  <RunNow
                    name={name}
                    daily={data.schedules.some(({ windowSize, enabled }) => enabled && windowSize >= DAY)}
                  />
                </Panel>
                <Runs source={name} dataset={data.dataset} />
                <HealthPanel name={name} lastRun={data.lastRun} />
                <SchedulesPanel source={data} />
              </>
            ) : (
              <UnknownKind kind={data.kind} />
            )}
            {data.removedAt === undefined ? <ConfigurationPanel name={name} /> : null}
            <Panel title="About">
              <Facts
                facts={[
                  ["Kind", data.kind],
                  [
                    "Dataset",
                    <Link
                      key="dataset"
                      href={`/datasets/${encodeURIComponent(data.dataset)}`}
                      className="link"
                    >
                      {data.dataset}
                    </Link>,
                  ],
                  ["Newest in a built window", <Instant key="newest" at={data.newestObservation} />],
                  ["Licence", data.licence || <Nothing key="licence" word="not stated" />],
                  ["Attribution", data.attribution || <Nothing key="attribution" word="not stated" />],
                ]}
              />
            </Panel>
            {data.removedAt === undefined ? <RemovePanel name={name} /> : null}
          </>
        )}
      </Loaded>
    </Page>
  );
}

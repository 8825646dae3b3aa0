"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { Micros } from "../../../../server/observation/time";
import { useTRPC } from "../../../_trpc/client";
import { isNotFound } from "../../../_trpc/failure";
import { Loaded } from "../../../_trpc/loaded";
import type { WindowDetail } from "../../../_trpc/outputs";
import { countText, instantText, percentText, plural, spanText } from "../../../_ui/format";
import { Instant, Words } from "../../../_ui/instant";
import { Page, Panel } from "../../../_ui/page";
import { SkeletonRows } from "../../../_ui/states";
import { Facts } from "../../../_ui/table";
import { Synthetic } from "../../../_ui/tag";
import { WindowStateMark } from "../../window-state";
import { Beside } from "./beside";
import { PHASE_DID, PHASE_DOES } from "./build-phases";
import { ChainPanel } from "./chain-panel";
import { DeliveriesPanel } from "./deliveries-panel";
import { DeliveryBars } from "./delivery-bars";
import { FilesPanel } from "./files-panel";
import { MissingPanel } from "./missing-panel";
import { ProjectionTable } from "./projection-table";
import { Reprocess } from "./reprocess";
import { RevisionsPanel } from "./revisions-panel";
import { RunsPanel } from "./runs-panel";
import { SetAsideNotice } from "./set-aside-notice";
import { UncoveredWindow } from "./uncovered-window";

export function WindowScreen({ dataset, start }: { dataset: string; start: Micros }) {
  const trpc = useTRPC();
  const window = useQuery(trpc.window.get.queryOptions({ dataset, start }));
  if (window.data === undefined && isNotFound(window.error))
    return <UncoveredWindow dataset={dataset} start={start} />;
  return (
    <Page
      above={<Beside dataset={dataset} start={start} />}
      title={window.data ? spanText(window.data.start, window.data.end) : `from ${instantText(start)}`}
      sentence={window.data ? <Sentence window={window.data} /> : null}
      action={window.data ? <Reprocess window={window.data} /> : null}
    >
      <Loaded
        query={window}
        skeleton={
          <>
            <Panel title="Coverage">
              <SkeletonRows rows={8} />
            </Panel>
            <Panel title="Chain of times">
              <SkeletonRows rows={5} label="Loading more" />
            </Panel>
          </>
        }
      >
        {(data) => <Content window={data} />}
      </Loaded>
    </Page>
  );
}

/** The UTC day that holds an instant. */
function Sentence({ window }: { window: WindowDetail }) {
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <WindowStateMark window={window} />
      {window.synthetic ? <Synthetic /> : null}
      <span>
        <Words text={`${capital(window.reason)}.${sinceText(window)}${phaseText(window)}`} />
        {window.askedAgain ? <AskedAgain {...window.askedAgain} by={window.askedBy} /> : null}
      </span>
    </span>
  );
}

/** It is not out of date: who wants it again, since when, and the reprocess that it is one of. */
function AskedAgain({
  at,
  reprocess,
  by,
}: NonNullable<WindowDetail["askedAgain"]> & { by: string | undefined }) {
  return (
    <>
      {` It is made again on request${by === undefined ? "" : ` of ${by}`}, asked at `}
      <Instant at={at} />
      {reprocess === undefined ? null : (
        <>
          {" in "}
          <Link href={`/reprocess/${reprocess}`} className="link">{`reprocess ${reprocess}`}</Link>
        </>
      )}
      ; no newer data has come.
    </>
  );
}

/** Told every 20 s: a build that is shorter is over before. */
function phaseText({ state, phase }: WindowDetail): string {
  return state === "building" && phase !== undefined ? ` It last told that it ${PHASE_DOES[phase]}.` : "";
}

/** What a stale window lacks; what was never built lacks all, which its reason says. */
function sinceText({ revision, since, stale }: WindowDetail): string {
  if (!stale || revision === undefined || since.deliveries === 0) return "";
  return ` Since revision ${revision}, ${plural(since.deliveries, "delivery", "deliveries")} with ${plural(since.rows, "row")} came.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const NOT_YET = "none yet";

function Content({ window }: { window: WindowDetail }) {
  return (
    <>
      {window.error === undefined ? null : (
        <p role="alert" className="rounded border border-failed/50 bg-failed-soft px-3 py-2 text-failed">
          The last build failed
          {window.phase === undefined || window.state === "building"
            ? ""
            : ` while it ${PHASE_DID[window.phase]}`}{" "}
          ({plural(window.attempts, "attempt")}): {window.error}
          {window.retryAt === undefined ? "" : `. The next attempt is at ${instantText(window.retryAt)}.`}
        </p>
      )}
      {window.gaps.length === 0 ? null : <SetAsideNotice window={window} />}
      {window.gaps.length === 0 ? null : <MissingPanel window={window} />}
      <Coverage window={window} />
      <ChainPanel window={window} />
      <RevisionsPanel window={window} />
      <FilesPanel window={window} />
      <DeliveriesPanel window={window} />
      <Panel title="Projections" note="Whether each has taken the current revision." flush>
        <ProjectionTable window={window} />
      </Panel>
      <RunsPanel window={window} />
    </>
  );
}

/** As many deliveries as are drawn. */
const DRAWN = 400;

function Coverage({ window }: { window: WindowDetail }) {
  const trpc = useTRPC();
  const { dataset, start, end, received } = window;
  const deliveries = useQuery(trpc.window.deliveries.queryOptions({ dataset, start, end, limit: DRAWN }));
  return (
    <Panel
      title="Coverage"
      note="Which part of this window sources have been asked for, and by which deliveries."
    >
      <div className="flex flex-col gap-4">
        <DeliveryBars window={window} deliveries={deliveries.data?.items} />
        <Facts
          facts={[
            ["Coverage", percentText(window.coverageShare)],
            ["Deliveries", deliveriesText(window)],
            ["Rows received", countText(received.rows)],
            [
              "Stations received",
              `${received.deliveries > 1 ? "at least " : ""}${countText(received.stationsAtLeast)}`,
            ],
            ["Rows built", window.revision === undefined ? NOT_YET : countText(window.rows)],
            ["Stations built", window.revision === undefined ? NOT_YET : countText(window.stations)],
            ["Revision", window.revision ?? NOT_YET],
            ["Built", window.builtAt === undefined ? NOT_YET : <Instant key="built" at={window.builtAt} />],
          ]}
        />
      </div>
    </Panel>
  );
}

function deliveriesText({ deliveriesInAll, deliveriesWithdrawn }: WindowDetail): string {
  const all = countText(deliveriesInAll);
  return deliveriesWithdrawn === 0 ? all : `${all}, ${countText(deliveriesWithdrawn)} of them withdrawn`;
}

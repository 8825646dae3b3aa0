"use client";

import { useQuery } from "@tanstack/react-query";
import { silenceWords, useWorkerSilence } from "../_shell/use-worker-silence";
import { useTRPC } from "../_trpc/client";
import { Loaded } from "../_trpc/loaded";
import type { Home } from "../_trpc/outputs";
import { countText } from "../_ui/format";
import { Instant, Nothing } from "../_ui/instant";
import { LinkButton } from "../_ui/link-button";
import { Mark } from "../_ui/mark";
import { Page, Panel } from "../_ui/page";
import { type Column, Facts, Table } from "../_ui/table";
import { IntakeNotice } from "../sources/intake-notice";
import { AlertsPanel } from "./alerts-panel";
import { DiskPanel } from "./disk-panel";

/** What keeps the line in order: alerts, what waits, room, versions. */
export function OperationsScreen() {
  return (
    <Page
      title="Operations"
      sentence="What is wrong, what waits, how much room is taken, and what runs here."
      action={<LinkButton href="/settings">Settings</LinkButton>}
    >
      <IntakeNotice />
      <AlertsPanel />
      <QueuesPanel />
      <DiskPanel />
      <VersionsPanel />
    </Page>
  );
}

const POOLS: Readonly<Record<string, string>> = {
  source: "Runs of sources",
  message: "Messages",
  build: "Builds",
  project: "Projections",
};

type Stage = Home["stages"][number];

const STAGE_COLUMNS: readonly Column<Stage>[] = [
  { head: "Stage", cell: ({ stage }) => <span className="font-medium">{stage}</span> },
  { head: "Waiting", number: true, cell: ({ waiting }) => countText(waiting) },
  { head: "Running", number: true, cell: ({ running }) => countText(running) },
  { head: "Failed", number: true, cell: ({ failed }) => countText(failed) },
  { head: "Done in the last hour", number: true, cell: ({ doneLastHour }) => countText(doneLastHour) },
];

/** Whether sources may collect, what waits in the ledger, and the jobs that were made of it. */
function QueuesPanel() {
  const trpc = useTRPC();
  const home = useQuery(trpc.line.home.queryOptions());
  const intake = useQuery(trpc.line.intake.queryOptions());
  const silence = useWorkerSilence();
  return (
    <Panel title="Queues" note="What waits in the ledger, which is the truth, and the jobs made of it." flush>
      <Loaded query={home}>
        {({ stages, jobPools }) => (
          <>
            <Table label="What waits" columns={STAGE_COLUMNS} rows={stages} rowKey={({ stage }) => stage} />
            <div className="border-t p-3">
              <Facts
                facts={[
                  [
                    "Worker",
                    silence ? (
                      <Mark
                        key="worker"
                        glyph="pause"
                        tone="failed"
                        word={`not moving: ${silenceWords(silence)}`}
                      />
                    ) : (
                      <Mark key="worker" glyph="tick" tone="built" word="answers" />
                    ),
                  ],
                  [
                    "Collection",
                    intake.data === undefined ? (
                      <Nothing key="intake" word="not known" />
                    ) : intake.data.level === "open" ? (
                      <Mark key="intake" glyph="tick" tone="built" word="open" />
                    ) : (
                      <Mark key="intake" glyph="pause" tone="stale" word={intake.data.level} />
                    ),
                  ],
                  ...Object.entries(jobPools).map(
                    ([pool, { waiting, active }]) =>
                      [
                        `${POOLS[pool] ?? pool}: jobs`,
                        `${countText(active)} running, ${countText(waiting)} waiting`,
                      ] as const,
                  ),
                ]}
              />
            </div>
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function VersionsPanel() {
  const trpc = useTRPC();
  const versions = useQuery(trpc.line.versions.queryOptions());
  const home = useQuery(trpc.line.home.queryOptions());
  return (
    <Panel title="Versions">
      <Loaded
        query={versions}
        skeleton={<div role="status" aria-label="Loading" className="skeleton h-10" />}
      >
        {({ ionbeam, node, postgresql, migration }) => (
          <Facts
            facts={[
              ["Ionbeam", ionbeam],
              ["Node", node],
              ["PostgreSQL", postgresql],
              [
                "Last migration",
                <span key="migration" className="font-mono text-12">
                  {migration}
                </span>,
              ],
              ["Time of the database", <Instant key="now" at={home.data?.now} />],
            ]}
          />
        )}
      </Loaded>
    </Panel>
  );
}

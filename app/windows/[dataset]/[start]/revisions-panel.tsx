"use client";

import { Loaded } from "../../../_trpc/loaded";
import type { WindowDetail, WindowRevision } from "../../../_trpc/outputs";
import { bytesText, countText, percentText } from "../../../_ui/format";
import { Identifier } from "../../../_ui/identifier";
import { Instant, Nothing } from "../../../_ui/instant";
import { Mark } from "../../../_ui/mark";
import { More } from "../../../_ui/more";
import { Panel } from "../../../_ui/page";
import { Empty } from "../../../_ui/states";
import { type Column, Table } from "../../../_ui/table";
import { ComparePanel } from "./compare-panel";
import { Download } from "./download";
import { useRevisions } from "./use-revisions";

function RevisionState({ revision }: { revision: WindowRevision }) {
  const { current, output, supersededAt, verifiedAt } = revision;
  if (!current)
    return (
      <span className="text-muted">
        superseded <Instant at={supersededAt} />
      </span>
    );
  const empty = output === "empty";
  return (
    <span className="flex flex-col">
      <Mark
        glyph={empty ? "dash" : "tick"}
        tone={empty ? "empty" : "built"}
        word={empty ? "current, empty" : "current"}
      />
      {verifiedAt === undefined ? null : (
        <span className="text-muted">
          built again, the same bytes, <Instant at={verifiedAt} />
        </span>
      )}
    </span>
  );
}

function RevisionFile({
  revision: { fileKey, removedAt, output, sha256, bytes },
}: {
  revision: WindowRevision;
}) {
  if (removedAt !== undefined)
    return (
      <span className="text-muted">
        deleted by retention <Instant at={removedAt} />
      </span>
    );
  if (fileKey === undefined) return <Nothing word={output === "empty" ? "none: no rows" : "none"} />;
  return (
    <span className="flex flex-col">
      <span className="flex flex-wrap gap-x-2">
        <Download fileKey={fileKey} /> {bytesText(bytes)}
      </span>
      {sha256 === undefined ? null : <Identifier text={sha256} length={11} what="the SHA-256" />}
    </span>
  );
}

const COLUMNS: readonly Column<WindowRevision>[] = [
  { head: "Revision", number: true, cell: ({ revision }) => revision },
  { head: "State", cell: (revision) => <RevisionState revision={revision} /> },
  { head: "Why", cell: ({ why }) => <span className="block min-w-32 max-w-[36ch]">{why}</span> },
  { head: "Built", cell: ({ builtAt }) => <Instant at={builtAt} /> },
  {
    head: "Deliveries",
    number: true,
    cell: ({ deliveries, coverageShare }) => (
      <span className="flex flex-col">
        {countText(deliveries)}
        <span className="text-muted">{percentText(coverageShare)} covered</span>
      </span>
    ),
  },
  { head: "Rows", number: true, cell: ({ rows }) => countText(rows) },
  { head: "Stations", number: true, cell: ({ stations }) => countText(stations) },
  { head: "File, SHA-256", cell: (revision) => <RevisionFile revision={revision} /> },
  { head: "Published", number: true, cell: ({ publications }) => `${countText(publications)}×` },
];

/** All revisions with why each was made, and what changed between two of them. */
export function RevisionsPanel({ window }: { window: WindowDetail }) {
  const revisions = useRevisions(window);
  const items = revisions.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Panel title="Revisions" note="A new one is made only when the bytes differ." flush>
        <Loaded query={revisions}>
          {() =>
            items.length === 0 ? (
              <Empty title="Not built yet">
                Each build whose bytes differ from the one before adds a line here.
              </Empty>
            ) : (
              <Table
                label="Revisions"
                columns={COLUMNS}
                rows={items}
                rowKey={({ revision }) => String(revision)}
              />
            )
          }
        </Loaded>
        <More query={revisions} />
      </Panel>
      {items.length < 2 ? null : <ComparePanel window={window} revisions={items} />}
    </>
  );
}

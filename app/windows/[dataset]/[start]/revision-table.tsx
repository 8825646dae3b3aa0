import type { WindowDetail } from "../../../_trpc/outputs";
import { bytesText, countText, percentText } from "../../../_ui/format";
import { Identifier } from "../../../_ui/identifier";
import { Instant, Nothing } from "../../../_ui/instant";
import { Mark } from "../../../_ui/mark";
import { Empty } from "../../../_ui/states";
import { type Column, Table } from "../../../_ui/table";

type Revision = WindowDetail["revisions"][number];

const COLUMNS: readonly Column<Revision>[] = [
  { head: "Revision", number: true, cell: ({ revision }) => revision },
  {
    head: "State",
    cell: ({ current, output, supersededAt, removedAt }) => {
      if (current && output === "empty") return <Mark glyph="dash" tone="empty" word="current, empty" />;
      if (current) return <Mark glyph="tick" tone="built" word="current" />;
      return (
        <span className="text-muted">
          superseded <Instant at={supersededAt} />
          {removedAt === undefined ? null : (
            <>
              ; its file is gone by retention <Instant at={removedAt} />
            </>
          )}
        </span>
      );
    },
  },
  { head: "Built", cell: ({ builtAt }) => <Instant at={builtAt} /> },
  { head: "Rows", number: true, cell: ({ rows }) => countText(rows) },
  { head: "Stations", number: true, cell: ({ stations }) => countText(stations) },
  { head: "Coverage", number: true, cell: ({ coverageShare }) => percentText(coverageShare) },
  {
    head: "Size",
    number: true,
    cell: ({ bytes, output }) => (output === "empty" ? <Nothing /> : bytesText(bytes)),
  },
  {
    head: "SHA-256",
    cell: ({ sha256 }) =>
      sha256 === undefined ? <Nothing /> : <Identifier text={sha256} what="the SHA-256" />,
  },
  { head: "Published", number: true, cell: ({ publications }) => `${countText(publications)}×` },
];

export function RevisionTable({ window }: { window: WindowDetail }) {
  if (window.revisions.length === 0)
    return (
      <Empty title="Not built yet">Each build whose bytes differ from the one before adds a line here.</Empty>
    );
  return (
    <Table
      label="Revisions"
      columns={COLUMNS}
      rows={window.revisions}
      rowKey={({ revision }) => String(revision)}
    />
  );
}

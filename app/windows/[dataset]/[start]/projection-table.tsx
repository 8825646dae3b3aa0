import type { WindowDetail } from "../../../_trpc/outputs";
import { countText } from "../../../_ui/format";
import { Instant } from "../../../_ui/instant";
import { Mark } from "../../../_ui/mark";
import { Empty } from "../../../_ui/states";
import { type Column, Table } from "../../../_ui/table";

type Projection = WindowDetail["projections"][number];

function ProjectionState({ projection }: { projection: Projection }) {
  if (projection.wanted <= projection.done) return <Mark glyph="tick" tone="built" word="up to date" />;
  if (projection.error === undefined) return <Mark glyph="dots" tone="queued" word="queued" />;
  return (
    <span className="flex flex-col">
      <Mark glyph="cross" tone="failed" word="failed" />
      <span className="text-failed">{projection.error}</span>
    </span>
  );
}

const COLUMNS: readonly Column<Projection>[] = [
  { head: "Projection", cell: ({ projection }) => projection },
  { head: "State", cell: (projection) => <ProjectionState projection={projection} /> },
  { head: "Wanted", number: true, cell: ({ wanted }) => `revision ${wanted}` },
  { head: "Done", number: true, cell: ({ done }) => (done === 0 ? "none yet" : `revision ${done}`) },
  { head: "Products", number: true, cell: ({ products }) => countText(products.length) },
  { head: "At", cell: ({ doneAt }) => <Instant at={doneAt} /> },
];

export function ProjectionTable({ window }: { window: WindowDetail }) {
  if (window.projections.length === 0)
    return <Empty title="No projections">Enabled projections take up a window as soon as it is built.</Empty>;
  return (
    <Table
      label="Projections"
      columns={COLUMNS}
      rows={window.projections}
      rowKey={({ projection }) => projection}
    />
  );
}

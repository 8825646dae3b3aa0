import Link from "next/link";
import type { WindowDetail } from "../../../_trpc/outputs";
import { countText } from "../../../_ui/format";
import { Identifier } from "../../../_ui/identifier";
import { Instant, Nothing, Span } from "../../../_ui/instant";
import { Empty } from "../../../_ui/states";
import { type Column, Table } from "../../../_ui/table";
import { Tag } from "../../../_ui/tag";

type Delivery = WindowDetail["deliveryList"][number];

const COLUMNS: readonly Column<Delivery>[] = [
  {
    head: "Delivery",
    cell: (delivery) => (
      <span className="inline-flex max-w-full flex-wrap items-center gap-2">
        <Identifier text={delivery.key} what="the delivery's key" />
        {delivery.withdrawn ? <Tag>withdrawn</Tag> : null}
      </span>
    ),
  },
  {
    head: "Source",
    cell: ({ source }) =>
      source === undefined ? (
        <Nothing word="foreign" />
      ) : (
        <Link href={`/sources/${encodeURIComponent(source)}`} className="link">
          {source}
        </Link>
      ),
  },
  {
    head: "Claims",
    cell: ({ claim }) =>
      claim === undefined || claim === null ? (
        <Nothing word="nothing" />
      ) : (
        <Span start={claim.start} end={claim.end} />
      ),
  },
  { head: "Rows", number: true, cell: ({ rows }) => countText(rows) },
  { head: "Stations", number: true, cell: ({ stations }) => countText(stations) },
  { head: "Priority", number: true, cell: ({ priority }) => priority },
  {
    head: "Received",
    cell: ({ receivedAt, collectedAt }) => (
      <span className="flex flex-col">
        <Instant at={receivedAt} />
        <span className="text-muted">
          collected <Instant at={collectedAt} />
        </span>
      </span>
    ),
  },
];

export function DeliveryTable({ window }: { window: WindowDetail }) {
  if (window.deliveryList.length === 0)
    return <Empty title="No deliveries">Nothing claims this window any more.</Empty>;
  return (
    <Table
      label="Deliveries"
      columns={COLUMNS}
      rows={window.deliveryList}
      rowKey={(delivery) => delivery.key}
    />
  );
}

"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTRPC } from "../../../_trpc/client";
import { Loaded } from "../../../_trpc/loaded";
import type { WindowDelivery, WindowDetail } from "../../../_trpc/outputs";
import { countText, plural } from "../../../_ui/format";
import { Identifier } from "../../../_ui/identifier";
import { Instant, Nothing, Span } from "../../../_ui/instant";
import { More } from "../../../_ui/more";
import { Panel } from "../../../_ui/page";
import { Empty } from "../../../_ui/states";
import { type Column, Table } from "../../../_ui/table";
import { standingOf } from "./pack-bars";
import { StandingMark } from "./standing";

const SHOWN = 25;

const columns = (window: WindowDetail): readonly Column<WindowDelivery>[] => [
  {
    head: "Delivery",
    cell: ({ key }) => (
      <span className="flex flex-col">
        <Identifier text={key} what="the delivery's key" />
        <Link
          href={`/ingests?delivery=${key}`}
          className="link"
          aria-label={`The ingest of delivery ${key.slice(0, 8)}`}
        >
          Its ingest
        </Link>
      </span>
    ),
  },
  {
    head: "Source",
    cell: ({ source }) =>
      source === undefined ? (
        <Nothing word="another program" />
      ) : (
        <Link href={`/sources/${encodeURIComponent(source)}`} className="link">
          {source}
        </Link>
      ),
  },
  {
    head: "Standing",
    cell: (delivery) => (
      <span className="flex flex-col">
        <StandingMark standing={standingOf(delivery, window.sealedAt)} />
        <span className="text-muted">{heldText(delivery, window)}</span>
      </span>
    ),
  },
  {
    head: "Claims",
    cell: ({ claim, rows }) =>
      claim ? (
        <Span start={claim.start} end={claim.end} />
      ) : (
        <Nothing word={rows > 0 ? "nothing here; its rows came with another time's" : "nothing here"} />
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

function heldText({ inRevision, rows, ingestedAt }: WindowDelivery, { revision }: WindowDetail): string {
  if (inRevision) return `in revision ${revision ?? ""}`;
  if (ingestedAt === undefined) return "not ingested yet";
  if (rows === 0) return "no row in this window";
  return revision === undefined ? "not built yet" : `not in revision ${revision}`;
}

/** Every delivery that claims the window or put rows into it, by pages. */
export function DeliveriesPanel({ window }: { window: WindowDetail }) {
  const trpc = useTRPC();
  const { dataset, start, end } = window;
  const deliveries = useInfiniteQuery(
    trpc.window.deliveries.infiniteQueryOptions(
      { dataset, start, end, limit: SHOWN },
      { getNextPageParam: (page) => page.next },
    ),
  );
  return (
    <Panel
      title="Deliveries"
      note={`Payloads that claim this window or put rows into it, in the order of what they claim: ${plural(window.deliveriesInAll, "delivery", "deliveries")}. Late: received after the window was first built.`}
      flush
    >
      <Loaded query={deliveries}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0)
            return <Empty title="No deliveries">Nothing claims this window any more.</Empty>;
          return (
            <Table
              label="Deliveries"
              columns={columns(window)}
              rows={items}
              rowKey={(delivery) => delivery.key}
            />
          );
        }}
      </Loaded>
      <More query={deliveries} what="Load more" />
    </Panel>
  );
}

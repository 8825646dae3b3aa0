"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useTRPC } from "../_trpc/client";
import { Loaded } from "../_trpc/loaded";
import type { Ingest } from "../_trpc/outputs";
import { Choice } from "../_ui/field";
import { bytesText, countText, durationText } from "../_ui/format";
import { Identifier } from "../_ui/identifier";
import { Instant, Span } from "../_ui/instant";
import { More } from "../_ui/more";
import { Page, Panel } from "../_ui/page";
import { Empty } from "../_ui/states";
import { type Column, Table } from "../_ui/table";
import { Synthetic, Tag } from "../_ui/tag";
import { windowsHref } from "../windows/window-href";
import { Findings } from "./findings";
import { Withdraw } from "./withdraw";

/** What is not ingested yet has no rows that were counted, which is not the same as none. */
function ofIngested({ ingestedAt }: Ingest, count: number) {
  return ingestedAt === undefined ? null : countText(count);
}

const columns = (synthetic: ReadonlySet<string>): readonly Column<Ingest>[] => [
  {
    head: "Delivery",
    cell: ({ delivery, withdrawn, generations, payloadBytes }) => (
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Identifier text={delivery} what="the delivery's key" />
        <span className="w-full text-muted">payload {bytesText(payloadBytes)}</span>
        {withdrawn ? <Tag>withdrawn</Tag> : null}
        {generations > 1 ? <Tag>{`ingested ${generations} times`}</Tag> : null}
      </span>
    ),
  },
  {
    head: "Dataset",
    cell: ({ dataset, source }) => (
      <span className="flex flex-col">
        <span className="flex flex-wrap gap-x-2 gap-y-1">
          {dataset}
          {synthetic.has(dataset) ? <Synthetic /> : null}
        </span>
        <span className="whitespace-nowrap text-muted">
          {source === undefined ? (
            "from another program"
          ) : (
            <>
              by{" "}
              <Link href={`/sources/${encodeURIComponent(source)}`} className="link">
                {source}
              </Link>
            </>
          )}
        </span>
      </span>
    ),
  },
  {
    head: "Claims",
    cell: (ingest) => (
      <Link href={windowsHref(ingest.dataset, ingest)} className="link" title="Its windows">
        <Span start={ingest.start} end={ingest.end} />
      </Link>
    ),
  },
  {
    head: "Received",
    cell: ({ receivedAt, ingestedAt }) => (
      <span className="flex flex-col">
        <Instant at={receivedAt} />
        <span className="text-muted">
          {ingestedAt === undefined
            ? "not ingested yet"
            : `ingested ${durationText(ingestedAt - receivedAt)} later`}
        </span>
      </span>
    ),
  },
  { head: "Rows", number: true, cell: (ingest) => ofIngested(ingest, ingest.rows) },
  { head: "Stations", number: true, cell: (ingest) => ofIngested(ingest, ingest.stations) },
  { head: "Findings", cell: (ingest) => <Findings ingest={ingest} /> },
  { head: "", cell: (ingest) => <Withdraw ingest={ingest} /> },
];

export function IngestsScreen() {
  const trpc = useTRPC();
  const router = useRouter();
  const parameters = useSearchParams();
  const dataset = parameters.get("dataset") ?? undefined;
  const delivery = parameters.get("delivery") ?? undefined;
  const datasets = useQuery(trpc.dataset.list.queryOptions());
  const ingests = useInfiniteQuery(
    trpc.ingest.list.infiniteQueryOptions(
      { dataset, delivery },
      { getNextPageParam: (page) => page.next, placeholderData: (previous) => previous },
    ),
  );
  const synthetic = new Set((datasets.data ?? []).filter((each) => each.synthetic).map(({ name }) => name));
  const choose = (name: string) =>
    router.replace(name === "" ? "/ingests" : `/ingests?dataset=${encodeURIComponent(name)}`, {
      scroll: false,
    });
  return (
    <Page
      title="Ingests"
      sentence="Deliveries: what sources brought, what of it was usable, and what was not. Newest first."
    >
      <search className="flex flex-wrap items-end gap-3" aria-label="Which deliveries">
        <Choice label="Dataset" value={dataset ?? ""} onChange={choose}>
          <option value="">All datasets</option>
          {(datasets.data ?? []).map(({ name, synthetic }) => (
            <option key={name} value={name}>
              {synthetic ? `${name} (synthetic)` : name}
            </option>
          ))}
        </Choice>
      </search>
      <Panel
        title="Deliveries"
        note={
          delivery === undefined ? null : (
            <>
              One of them.{" "}
              <Link href="/ingests" className="link">
                Show all
              </Link>
            </>
          )
        }
        flush
      >
        <Loaded query={ingests}>
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items);
            if (items.length > 0)
              return (
                <Table
                  label="Deliveries"
                  columns={columns(synthetic)}
                  rows={items}
                  rowKey={({ delivery }) => delivery}
                />
              );
            if (delivery !== undefined)
              return (
                <Empty title="No delivery has this key">
                  <Link href="/ingests" className="link">
                    Show all deliveries
                  </Link>
                </Empty>
              );
            return (
              <Empty title="No deliveries yet">
                Each payload that a source brings stands here with its rows and what was wrong with them.{" "}
                <Link href="/sources" className="link">
                  Run a source
                </Link>{" "}
                to bring the first one.
              </Empty>
            );
          }}
        </Loaded>
        <More query={ingests} />
      </Panel>
    </Page>
  );
}

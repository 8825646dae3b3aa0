"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { formatInstant } from "../../../server/observation/time";
import { useTRPC } from "../../_trpc/client";
import { Loaded } from "../../_trpc/loaded";
import type { DatasetFileLine } from "../../_trpc/outputs";
import { DayField } from "../../_ui/day-field";
import { fileHref } from "../../_ui/file-href";
import { bytesText, countText, plural, spanText } from "../../_ui/format";
import { Identifier } from "../../_ui/identifier";
import { Instant, Span } from "../../_ui/instant";
import { More } from "../../_ui/more";
import { Panel } from "../../_ui/page";
import { Empty } from "../../_ui/states";
import { type Column, Table } from "../../_ui/table";
import { Tag } from "../../_ui/tag";
import { rangeOfDay } from "../../_ui/typed-time";

const COLUMNS: readonly Column<DatasetFileLine>[] = [
  { head: "Window", cell: ({ start, end }) => <Span start={start} end={end} /> },
  {
    head: "Revision",
    number: true,
    cell: ({ revision, complete }) => (
      <span className="inline-flex items-center gap-2">
        {complete ? null : <Tag title="Its window lacks a delivery.">incomplete</Tag>}
        {revision}
      </span>
    ),
  },
  { head: "Rows", number: true, cell: ({ rows }) => countText(rows) },
  { head: "Stations", number: true, cell: ({ stations }) => countText(stations) },
  { head: "Size", number: true, cell: ({ bytes }) => bytesText(bytes) },
  { head: "SHA-256", cell: ({ sha256 }) => <Identifier text={sha256} what="the SHA-256" /> },
  { head: "Built", cell: ({ builtAt }) => <Instant at={builtAt} /> },
  {
    head: "File",
    cell: ({ fileKey, start, end }) => (
      <a className="link" href={fileHref(fileKey)} download aria-label={`Download ${spanText(start, end)}`}>
        Download
      </a>
    ),
  },
];

/** The current canonical files of a range, one by one and as lists for programs. */
export function FilesPanel({ name }: { name: string }) {
  const trpc = useTRPC();
  const [days, setDays] = useState({ from: "", to: "" });
  const [start, end] = [rangeOfDay(days.from || days.to)?.start, rangeOfDay(days.to || days.from)?.end];
  const backwards = start !== undefined && end !== undefined && end <= start;
  const range = start === undefined || end === undefined || backwards ? {} : { range: { start, end } };
  const files = useInfiniteQuery(
    trpc.dataset.files.infiniteQueryOptions(
      { name, ...range },
      { getNextPageParam: (page) => page?.next, initialCursor: undefined },
    ),
  );
  return (
    <Panel
      title="Files"
      note="Canonical files (Parquet) of the current revisions; products of projections stand with each window."
      flush
    >
      <div className="flex flex-wrap items-start gap-3 p-3">
        <DayField label="From day (UTC)" value={days.from} onChange={(from) => setDays({ ...days, from })} />
        <DayField
          label="To day (UTC), included"
          value={days.to}
          onChange={(to) => setDays({ ...days, to })}
        />
        {backwards ? (
          <p role="alert" className="pt-6 text-13 text-failed">
            The last day lies before the first.
          </p>
        ) : null}
      </div>
      <Loaded query={files}>
        {({ pages }) => {
          const [first] = pages;
          if (!first)
            return <Empty title="No files yet">The first one is there as soon as a window is built.</Empty>;
          const items = pages.flatMap((page) => page?.items ?? []);
          return (
            <>
              <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1 border-t p-3">
                <p role="status">
                  {plural(first.total.files, "file")}, {plural(first.total.rows, "row")},{" "}
                  {bytesText(first.total.bytes)} of {spanText(first.range.start, first.range.end)}.
                </p>
                <ListLinks name={name} range={first.range} />
              </div>
              {items.length === 0 ? (
                <Empty title="No file of this time">No window of these days has a file.</Empty>
              ) : (
                <Table
                  label="Files"
                  columns={COLUMNS}
                  rows={items}
                  rowKey={({ start: from, revision }) => `${from} ${revision}`}
                />
              )}
              <More query={files} what="Load later ones" />
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}

/** The same files as texts: a line each, for `wget -i` or `curl`, and for `sha256sum -c`. */
function ListLinks({ name, range }: { name: string; range: { start: number; end: number } }) {
  const list = (as: string) =>
    `/api/datasets/${encodeURIComponent(name)}/files?${new URLSearchParams({ from: formatInstant(range.start), to: formatInstant(range.end), as })}`;
  return (
    <p className="text-13">
      For programs:{" "}
      <a className="link" href={list("addresses")} download title="wget -i, or xargs -n 1 curl -O">
        list of addresses
      </a>
      {", "}
      <a className="link" href={list("checksums")} download title="sha256sum -c">
        list of SHA-256
      </a>
    </p>
  );
}

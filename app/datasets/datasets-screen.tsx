"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { parseDuration } from "../../server/observation/time";
import { useTRPC } from "../_trpc/client";
import { Loaded } from "../_trpc/loaded";
import type { Dataset, DiskUse } from "../_trpc/outputs";
import { bytesText, countText, durationText } from "../_ui/format";
import { Nothing, Span } from "../_ui/instant";
import { Page, Panel } from "../_ui/page";
import { Empty } from "../_ui/states";
import { type Column, Table } from "../_ui/table";
import { Synthetic } from "../_ui/tag";
import { windowHref } from "../windows/window-href";
import { WindowStateMark } from "../windows/window-state";
import { bytesOf } from "./disk-use";

/** `PT1H` as `1 h`; what is no duration stays as it is declared. */
function spanWords(declared: string): string {
  const span = parseDuration(declared);
  return span === undefined ? declared : durationText(span);
}

const columnsFor = (uses: readonly DiskUse[]): readonly Column<Dataset>[] => [
  {
    head: "Dataset",
    cell: ({ name, synthetic }) => (
      <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
        <Link href={`/datasets/${encodeURIComponent(name)}`} className="link font-medium">
          {name}
        </Link>
        {synthetic ? <Synthetic /> : null}
      </span>
    ),
  },
  {
    head: "Description",
    cell: ({ description }) => <span className="block max-w-[52ch] text-muted">{description}</span>,
  },
  { head: "Windows of", cell: ({ declaredSpan }) => spanWords(declaredSpan) },
  { head: "Windows", number: true, cell: ({ windows }) => countText(windows) },
  { head: "Columns", number: true, cell: ({ columns }) => countText(columns.length) },
  {
    head: "On disk",
    number: true,
    cell: ({ name }) => {
      const bytes = bytesOf(uses, name);
      return bytes === undefined ? <Nothing word="not measured" /> : bytesText(bytes);
    },
  },
  {
    head: "Observed",
    cell: ({ observed }) =>
      observed ? <Span start={observed.start} end={observed.end} /> : <Nothing word="nothing yet" />,
  },
  {
    head: "Newest built",
    cell: ({ latest }) =>
      latest ? (
        <Link href={windowHref(latest)} className="inline-flex hover:underline">
          <WindowStateMark window={latest} />
        </Link>
      ) : (
        <Nothing />
      ),
  },
];

export function DatasetsScreen() {
  const trpc = useTRPC();
  const datasets = useQuery(trpc.dataset.list.queryOptions());
  const disk = useQuery(trpc.dataset.disk.queryOptions());
  return (
    <Page
      title="Datasets"
      sentence="What the windows make up: observations of one network, in CF names and units."
    >
      <Panel title="Datasets" flush>
        <Loaded query={datasets}>
          {(data) =>
            data.length === 0 ? (
              <Empty title="No datasets">
                A dataset comes with its source.{" "}
                <Link href="/sources" className="link">
                  See the sources
                </Link>
              </Empty>
            ) : (
              <Table
                label="Datasets"
                columns={columnsFor(disk.data ?? [])}
                rows={data}
                rowKey={({ name }) => name}
              />
            )
          }
        </Loaded>
      </Panel>
    </Page>
  );
}

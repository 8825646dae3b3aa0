"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useTRPC } from "../../_trpc/client";
import { Loaded } from "../../_trpc/loaded";
import type { ProjectedWindow } from "../../_trpc/outputs";
import { bytesText } from "../../_ui/format";
import { Identifier } from "../../_ui/identifier";
import { Instant, Nothing } from "../../_ui/instant";
import { More } from "../../_ui/more";
import { Panel } from "../../_ui/page";
import { Empty } from "../../_ui/states";
import { type Column, Table } from "../../_ui/table";
import { WINDOW_COLUMN } from "./window-column";

type Product = ProjectedWindow["products"][number];

function Products({ products }: { products: readonly Product[] }) {
  if (products.length === 0) return <Nothing word="none: the window is empty" />;
  return (
    <ul className="flex flex-col gap-1">
      {products.map(({ path, name, bytes }) => (
        <li key={path} className="flex flex-wrap items-center gap-x-2">
          <Identifier text={path} length={44} what={`the path of ${name}`} />
          <span className="text-muted">{bytesText(bytes)}</span>
        </li>
      ))}
    </ul>
  );
}

const COLUMNS: readonly Column<ProjectedWindow>[] = [
  WINDOW_COLUMN,
  { head: "Revision", number: true, cell: ({ done }) => String(done) },
  { head: "Files", cell: ({ products }) => <Products products={products} /> },
  { head: "Done", cell: ({ doneAt }) => <Instant at={doneAt} /> },
];

/** The windows that were projected last, with their files. */
export function LatestProducts({ name }: { name: string }) {
  const trpc = useTRPC();
  const windows = useInfiniteQuery(
    trpc.projection.windows.infiniteQueryOptions(
      { name, which: "done" },
      { getNextPageParam: (page) => page.next },
    ),
  );
  return (
    <Panel title="Files" note="Of the windows that were projected last." flush>
      <Loaded query={windows}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length > 0)
            return (
              <Table
                label="Files"
                columns={COLUMNS}
                rows={items}
                rowKey={({ dataset, start }) => `${dataset} ${start}`}
              />
            );
          return <Empty title="No files yet">They come with the first window that is built.</Empty>;
        }}
      </Loaded>
      <More query={windows} />
    </Panel>
  );
}

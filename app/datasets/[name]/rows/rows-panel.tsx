"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ALONE } from "../../../_trpc/alone";
import { useTRPC, useTRPCClient } from "../../../_trpc/client";
import { Loaded } from "../../../_trpc/loaded";
import type { BrowsedRows, RowsMissing } from "../../../_trpc/outputs";
import { Button } from "../../../_ui/button";
import { DayField } from "../../../_ui/day-field";
import { countText, plural, spanText } from "../../../_ui/format";
import { Panel } from "../../../_ui/page";
import { Empty } from "../../../_ui/states";
import { dayOf, rangeOfDay } from "../../../_ui/typed-time";
import { FilterForm, type RowFilter } from "./filter-form";
import { RowTable, type Sort } from "./row-table";

const PAGE = 50;
/** Turning back within it costs nothing. */
const FRESH_MS = 60_000;

/** What is looked at. */
interface View {
  /** A day of UTC; empty: the newest file. */
  readonly day: string;
  readonly sort: Sort | undefined;
  readonly filters: readonly RowFilter[];
  readonly offset: number;
}

/** The rows of a dataset's current files: the newest file, or a day, sorted and filtered on the server. */
export function RowsPanel({ name }: { name: string }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const [view, setView] = useState<View>({ day: "", sort: undefined, filters: [], offset: 0 });
  const look = (change: Partial<View>) => setView({ ...view, offset: 0, ...change });
  const range = rangeOfDay(view.day);
  const asked = {
    name,
    ...(range ? { range } : {}),
    ...(view.sort ? { sort: view.sort } : {}),
    filters: [...view.filters],
    offset: view.offset,
    limit: PAGE,
  };
  const plain = !range && !view.sort && view.filters.length === 0 && view.offset === 0;
  const query = useQuery({
    // The newest file is followed. What somebody sorts or turns pages of stands still under another name: the API's own are asked again at each change.
    queryKey: plain ? trpc.dataset.rows.queryKey(asked) : ["rows", asked],
    queryFn: ({ signal }) => client.dataset.rows.query(asked, { signal, context: ALONE }),
    ...(plain ? {} : { staleTime: FRESH_MS, refetchInterval: false as const }),
    placeholderData: keepPreviousData,
  });
  const found = query.data;
  return (
    <Panel
      title="Rows"
      note={found?.kind === "rows" ? noteOf(found) : "Of the current files."}
      action={
        <DayField
          label="Day (UTC); empty: the newest file"
          value={dayOf(range?.start, range?.end)}
          onChange={(day) => look({ day })}
        />
      }
      flush
    >
      <div aria-busy={query.isFetching} className={query.isPlaceholderData ? "opacity-60" : ""}>
        <Loaded query={query}>
          {(data) =>
            data.kind === "rows" ? (
              <>
                <FilterForm
                  columns={data.columns}
                  filters={view.filters}
                  onChange={(filters) => look({ filters })}
                />
                {data.absent.length === 0 ? null : (
                  <p role="status" className="border-b px-3 py-2 text-stale">
                    These files have no column {data.absent.join(", ")}: the rows are not sorted or filtered
                    by it.
                  </p>
                )}
                <RowTable rows={data} sort={view.sort} onSort={(sort) => look({ sort })} />
                <Pages rows={data} offset={view.offset} onChange={(offset) => setView({ ...view, offset })} />
              </>
            ) : (
              <NoRows found={data} retry={() => query.refetch()} />
            )
          }
        </Loaded>
        {query.error && view.filters.length > 0 ? (
          <div className="p-3">
            <Button onPress={() => look({ filters: [] })}>Take all filters away</Button>
          </div>
        ) : null}
      </div>
    </Panel>
  );
}

function noteOf({ range, files, matching, held }: BrowsedRows): string {
  const of = matching === held ? plural(held, "row") : `${countText(matching)} of ${plural(held, "row")}`;
  return `${of} in ${plural(files, "file")}, ${spanText(range.start, range.end)}.`;
}

/** Where the list can go, and what of it is in sight. */
function Pages({
  rows,
  offset,
  onChange,
}: {
  rows: BrowsedRows;
  offset: number;
  onChange: (offset: number) => void;
}) {
  const { matching, deepest } = rows;
  const last = Math.min(offset + PAGE, matching);
  const further = last < matching;
  return (
    <nav aria-label="Pages of rows" className="flex flex-wrap items-center gap-3 border-t p-2">
      <Button disabled={offset === 0} onPress={() => onChange(Math.max(0, offset - PAGE))}>
        Rows before
      </Button>
      <Button disabled={!further || offset + PAGE > deepest} onPress={() => onChange(offset + PAGE)}>
        Rows after
      </Button>
      <p role="status" className="text-13 text-muted">
        {matching === 0
          ? "No row passes the filters."
          : `Rows ${countText(offset + 1)} to ${countText(last)} of ${countText(matching)}.`}
        {further && offset + PAGE > deepest ? " What lies behind is found by a filter." : ""}
      </p>
    </nav>
  );
}

function NoRows({ found, retry }: { found: RowsMissing; retry: () => unknown }) {
  if (found.kind === "none" && found.range === undefined)
    return (
      <Empty title="No rows yet">The rows of the newest file stand here as soon as a window is built.</Empty>
    );
  if (found.kind === "none")
    return (
      <Empty title="No rows of this time">
        No window of {spanText(found.range?.start ?? 0, found.range?.end ?? 0)} has a file. Choose another
        day, or none for the newest file.
      </Empty>
    );
  return (
    <div className="flex flex-wrap items-center gap-3 p-3" role="alert">
      <p>
        {found.kind === "gone"
          ? "A file was replaced while it was looked for."
          : `This took longer than ${found.seconds} s and was given up: choose fewer rows by a filter, or another day.`}
      </p>
      <Button onPress={() => retry()}>Look again</Button>
    </div>
  );
}

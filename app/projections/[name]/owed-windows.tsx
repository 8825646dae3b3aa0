"use client";

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "../../_trpc/client";
import { Loaded } from "../../_trpc/loaded";
import type { ProjectedWindow, Projection } from "../../_trpc/outputs";
import { useAct } from "../../_trpc/use-act";
import { Button } from "../../_ui/button";
import { countText, plural, spanText } from "../../_ui/format";
import { Instant } from "../../_ui/instant";
import { Mark } from "../../_ui/mark";
import { More } from "../../_ui/more";
import { Panel } from "../../_ui/page";
import { Empty } from "../../_ui/states";
import { type Column, Table } from "../../_ui/table";
import { Tick } from "../../_ui/tick";
import { WINDOW_COLUMN } from "./window-column";

function State({ window: { state, error } }: { window: ProjectedWindow }) {
  if (state === "running") return <Mark glyph="arrow" tone="building" word="projecting" />;
  if (state !== "failed") return <Mark glyph="dots" tone="queued" word="queued" />;
  return (
    <span className="flex flex-col">
      <Mark glyph="cross" tone="failed" word="failed" />
      <span className="max-w-[72ch] break-words text-failed">{error}</span>
    </span>
  );
}

const columns = (
  retry: (window: ProjectedWindow) => void,
  pending: boolean,
): readonly Column<ProjectedWindow>[] => [
  WINDOW_COLUMN,
  { head: "State", cell: (window) => <State window={window} /> },
  { head: "Tries", number: true, cell: ({ attempts }) => countText(attempts) },
  { head: "Tried again", cell: ({ retryAt }) => <Instant at={retryAt} /> },
  {
    head: "",
    cell: (window) =>
      window.state === "failed" ? (
        <Button
          onPress={() => retry(window)}
          pending={pending}
          label={`Retry ${window.dataset} ${spanText(window.start, window.end)}`}
        >
          Retry
        </Button>
      ) : null,
  },
];

/** What is owed and has failed, each with its reason and the way to try again at once. */
export function OwedWindows({ projection }: { projection: Projection }) {
  const { name, failed, owed, enabled } = projection;
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [all, setAll] = useState(false);
  const windows = useInfiniteQuery(
    trpc.projection.windows.infiniteQueryOptions(
      { name, which: all ? "owed" : "failed" },
      { getNextPageParam: (page) => page.next },
    ),
  );
  const retry = useMutation(trpc.projection.retry.mutationOptions());
  const { act, pending } = useAct();
  const again = (window?: ProjectedWindow) =>
    act(async () => {
      const { dataset, start, end } = window ?? {};
      const one =
        dataset === undefined || start === undefined || end === undefined
          ? undefined
          : { dataset, start, end };
      const count = await retry.mutateAsync({ projection: name, ...(one ? { window: one } : {}) });
      await queries.invalidateQueries(trpc.projection.pathFilter());
      return count === 0
        ? "Nothing is tried again: it does not fail any more."
        : `${plural(count, "window is", "windows are")} tried again now.`;
    });
  return (
    <Panel
      title="Failed windows"
      note="Tried again by themselves, at longer and longer intervals up to an hour."
      flush
      action={
        <div className="flex flex-wrap items-center gap-3">
          <Tick checked={all} onChange={setAll}>
            Also the {countText(Math.max(0, owed - failed))} that wait
          </Tick>
          {failed > 0 && enabled ? (
            <Button onPress={() => again()} pending={pending}>
              Retry {plural(failed, "window")}
            </Button>
          ) : null}
        </div>
      }
    >
      <Loaded query={windows}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length > 0)
            return (
              <Table
                label="Failed windows"
                columns={columns(again, pending)}
                rows={items}
                rowKey={({ dataset, start }) => `${dataset} ${start}`}
              />
            );
          return (
            <Empty title={all ? "Nothing is owed" : "Nothing failed"}>
              {enabled
                ? "Each window is projected as soon as it is built."
                : "It is off: windows that are built now are not projected."}
            </Empty>
          );
        }}
      </Loaded>
      <More query={windows} />
    </Panel>
  );
}

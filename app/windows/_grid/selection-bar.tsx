"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { memo, type ReactNode } from "react";
import { MOST_RANGES } from "../../../server/window/grid/model";
import type { ReasonClass, WindowState } from "../../../server/window/model";
import { useTRPC } from "../../_trpc/client";
import { failureOf } from "../../_trpc/failure";
import { Button } from "../../_ui/button";
import { countText, plural } from "../../_ui/format";
import { WINDOW_STATE_NAMES, WINDOW_STATES } from "../window-state";
import type { SelectedRange } from "./selection";

/** What is selected, for whoever acts on it: the windows that begin in the ranges and that the filter does not hide. */
export interface SelectedWindows {
  readonly ranges: readonly SelectedRange[];
  readonly states: readonly WindowState[] | undefined;
  readonly stale: boolean | undefined;
  readonly reasons: readonly ReasonClass[] | undefined;
  readonly words: string | undefined;
}

/** How many windows are selected, by state, and what can be done with them. It always has its place: a selection moves nothing. */
export const SelectionBar = memo(function SelectionBar({
  full,
  selected,
  onClear,
  actions,
}: {
  /** Whether the last step was refused, because the selection would be of too many parts. */
  full: boolean;
  selected: SelectedWindows;
  onClear: () => void;
  /** What can be done with the selection, beside Clear. */
  actions?: ((selected: SelectedWindows) => ReactNode) | undefined;
}) {
  const trpc = useTRPC();
  const some = selected.ranges.length > 0;
  const query = useQuery(
    trpc.window.selection.queryOptions(
      {
        ...selected,
        ranges: [...selected.ranges],
        states: selected.states && [...selected.states],
        reasons: selected.reasons && [...selected.reasons],
      },
      { enabled: some, placeholderData: keepPreviousData },
    ),
  );
  return (
    <div className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t px-3 py-2">
      <p role="status" aria-label="Selection" className="min-w-0 flex-1 basis-64 text-13">
        {full ? `A selection has at most ${MOST_RANGES} parts. ` : ""}
        {some ? <Counted counts={query.data} error={query.error} /> : <Hint />}
      </p>
      {some ? (
        <div className="flex flex-wrap items-center gap-2">
          {actions?.(selected)}
          <Button onPress={onClear}>Clear</Button>
        </div>
      ) : null}
    </div>
  );
});

function Hint() {
  return (
    <span className="text-muted">
      Nothing is selected. Drag over cells, or move with the arrows and press Space; Shift adds.
    </span>
  );
}

function Counted({
  counts,
  error,
}: {
  counts:
    | readonly { readonly dataset: string; readonly state: WindowState; readonly windows: number }[]
    | undefined;
  error: unknown;
}) {
  if (counts === undefined)
    return error ? `The selection could not be counted: ${failureOf(error).message}` : "Counting…";
  const windows = counts.reduce((sum, each) => sum + each.windows, 0);
  const datasets = new Set(counts.map(({ dataset }) => dataset)).size;
  const states = WINDOW_STATE_NAMES.map((state) => {
    const own = counts.filter((each) => each.state === state);
    return [state, own.reduce((sum, each) => sum + each.windows, 0)] as const;
  })
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([state, count]) => `${countText(count)} ${WINDOW_STATES[state].word}`);
  if (windows === 0) return "No window is in what is selected, or the filter hides it.";
  return `${plural(windows, "window")} of ${plural(datasets, "dataset")} selected: ${states.join(", ")}`;
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { DAY, type Micros } from "../../server/observation/time";
import { useTRPC } from "../_trpc/client";
import type { Dataset, WindowLine } from "../_trpc/outputs";

/** All windows of a day are listed, be they of a minute. */
const MOST = 1440;

/**
 * The window that is looked at, among those of its day.
 * @param at an instant of it; undefined: the dataset's newest window that has a file
 */
export function useWindow(dataset: Dataset | undefined, at: Micros | undefined) {
  const trpc = useTRPC();
  const instant = at ?? dataset?.latest?.start;
  const day = instant === undefined ? undefined : Math.floor(instant / DAY) * DAY;
  const list = useQuery({
    ...trpc.window.list.queryOptions({
      dataset: dataset?.name,
      from: day ?? 0,
      to: (day ?? 0) + DAY,
      limit: MOST,
    }),
    enabled: dataset !== undefined && day !== undefined,
  });
  const windows = inOrder(list.data?.items ?? []);
  const chosen = windowAt(windows, instant);
  // What the dataset tells of its newest window is enough to read it: that need not wait for the list.
  const read = list.data === undefined && at === undefined ? dataset?.latest : chosen;
  return { instant, day, list, windows, chosen, read };
}

/** Oldest first. */
function inOrder(windows: readonly WindowLine[]): readonly WindowLine[] {
  return [...windows].sort((a, b) => a.start - b.start);
}

/** The window that holds an instant. */
export function windowAt<W extends { readonly start: Micros; readonly end: Micros }>(
  windows: readonly W[],
  instant: Micros | undefined,
): W | undefined {
  if (instant === undefined) return undefined;
  return windows.findLast(({ start, end }) => start <= instant && instant < end);
}

"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useTRPC } from "../../../_trpc/client";
import type { WindowDetail } from "../../../_trpc/outputs";

/** The revisions of a window, newest first, by pages; panels that show them share one list. */
export function useRevisions({ dataset, start, end }: Pick<WindowDetail, "dataset" | "start" | "end">) {
  const trpc = useTRPC();
  return useInfiniteQuery(
    trpc.window.revisions.infiniteQueryOptions(
      { dataset, start, end },
      { getNextPageParam: (page) => page.next },
    ),
  );
}

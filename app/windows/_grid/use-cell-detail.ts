"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTRPC } from "../../_trpc/client";
import { type Cell, windowsOf } from "./picture";

/** A pointer that passes over cells asks nothing. */
const RESTED_MS = 120;

/** What is known of the window of a cell that somebody looks at; nothing of a cell of several windows. */
export function useCellDetail(cell: Cell | undefined) {
  const [rested, setRested] = useState<Cell>();
  const key = cell && `${cell.dataset} ${cell.start} ${cell.end}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same window in a new picture is the same cell
  useEffect(() => {
    const timer = setTimeout(() => setRested(cell), RESTED_MS);
    return () => clearTimeout(timer);
  }, [key]);
  const trpc = useTRPC();
  const single = cell !== undefined && rested !== undefined && windowsOf(cell.parts) === 1;
  const { data } = useQuery(
    trpc.window.list.queryOptions(
      { dataset: rested?.dataset ?? "", from: rested?.start ?? 0, to: rested?.end ?? 0 },
      { enabled: single && rested?.start === cell.start && rested.dataset === cell.dataset },
    ),
  );
  return data?.items.find((each) => each.dataset === cell?.dataset && each.start === cell.start);
}

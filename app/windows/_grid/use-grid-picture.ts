"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import type { Interval } from "../../../server/observation/interval";
import type { ReasonClass } from "../../../server/window/model";
import { ALONE } from "../../_trpc/alone";
import { useTRPC } from "../../_trpc/client";
import type { WindowGridAnswer } from "../../_trpc/outputs";
import { pictureOf } from "./picture";
import { usePaced } from "./use-paced";
import { askedSpan } from "./view";

/** Widths are asked for in steps, so that a page that is a little wider asks for nothing new. */
const STEP = 128;
/** How much longer than the view the span is that is asked for, at most. */
const WIDER = 1.5;
const MOST_ASKED = 8_000;
/** While a gesture goes on it is asked no more often than this. */
const PACE_MS = 150;

/**
 * The picture of the grid for a span: a little more than it is asked for, and while that comes, or does not come, the last one stays.
 * @param width of the grid, px; nothing is asked for at 0
 */
export function useGridPicture(
  span: Interval,
  width: number,
  {
    reasons,
    ...filter
  }: {
    readonly dataset: string | undefined;
    readonly reasons: readonly ReasonClass[] | undefined;
    readonly words: string | undefined;
  },
) {
  const trpc = useTRPC();
  const wanted = askedSpan(span);
  const asked = usePaced(wanted, `${wanted.start} ${wanted.end}`, PACE_MS);
  // As many cells as there are pixels in the narrowest view that asks for this span.
  const most = Math.min(MOST_ASKED, Math.ceil((width * WIDER) / STEP) * STEP);
  const query = useQuery(
    trpc.window.grid.queryOptions(
      {
        ...filter,
        reasons: reasons && [...reasons],
        from: asked.start,
        to: asked.end,
        most: Math.max(1, most),
      },
      {
        enabled: width > 0,
        placeholderData: keepPreviousData,
        structuralSharing: false,
        // What a gesture has left behind is not waited for; in a request of its own, so that it can be given up.
        trpc: { abortOnUnmount: true, context: ALONE },
      },
    ),
  );
  const last = useRef<WindowGridAnswer>(undefined);
  if (query.data) last.current = query.data;
  const answer = query.data ?? last.current;
  const picture = useMemo(() => (answer ? pictureOf(answer) : undefined), [answer]);
  return { query: { ...query, data: answer }, picture };
}

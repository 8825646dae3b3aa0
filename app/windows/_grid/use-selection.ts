"use client";

import { useEffect, useReducer, useRef } from "react";
import type { AddressChange } from "../../_ui/use-address";
import { rangesText } from "../../reprocess/ranges";
import { NOTHING_SELECTED, rangesIn, selected } from "./selection";

/** While a drag goes on the address rests. */
const RESTED_MS = 200;

/** What is selected; the address holds it, so that a view can be shared with its selection. */
export function useSelection(
  stands: string,
  change: (changed: AddressChange, how: "push" | "replace") => void,
) {
  const [selection, step] = useReducer(selected, stands, (given) =>
    selected(NOTHING_SELECTED, { kind: "select", ranges: rangesIn(given) }),
  );
  const known = useRef(stands);
  const last = useRef(Number.NEGATIVE_INFINITY);
  // The address was changed by Back or by a link.
  useEffect(() => {
    if (stands === known.current) return;
    known.current = stands;
    step({ kind: "select", ranges: rangesIn(stands) });
  }, [stands]);
  useEffect(() => {
    const written = rangesText(selection.ranges);
    if (written === known.current) return;
    const write = () => {
      known.current = written;
      last.current = performance.now();
      change({ selected: written }, "replace");
    };
    // At once where nothing was written just now: what is written later may come in the way of a link that is followed meanwhile.
    const wait = last.current + RESTED_MS - performance.now();
    if (wait <= 0) return write();
    const timer = setTimeout(write, wait);
    return () => clearTimeout(timer);
  }, [selection.ranges, change]);
  return [selection, step] as const;
}

"use client";

import { useEffect, useReducer, useRef } from "react";
import { rangesText } from "../../reprocess/ranges";
import type { AddressChange } from "../use-address";
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
  // The address was changed by Back or by a link.
  useEffect(() => {
    if (stands === known.current) return;
    known.current = stands;
    step({ kind: "select", ranges: rangesIn(stands) });
  }, [stands]);
  useEffect(() => {
    const written = rangesText(selection.ranges);
    if (written === known.current) return;
    const timer = setTimeout(() => {
      known.current = written;
      change({ selected: written }, "replace");
    }, RESTED_MS);
    return () => clearTimeout(timer);
  }, [selection.ranges, change]);
  return [selection, step] as const;
}

"use client";

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { AddressChange } from "../../_ui/use-address";
import { type AddressTime, addressOf, type GridTime, timeOf } from "./view";

/** After a gesture has rested this long, the address says where it ended. */
const RESTED_MS = 250;

/** How a move is made: a step can be undone by Back, a glide goes on under the fingers. */
export type Move = "step" | "glide";

/**
 * The time that the grid shows: by the address, and ahead of it while a gesture goes on.
 * @param renew tells the page that it is later, when a view up to now is gone to
 */
export function useGridTime(
  address: AddressTime,
  change: (changed: AddressChange, how: "push" | "replace") => void,
  renew: () => void,
) {
  const stands = useMemo(() => timeOf(address), [address]);
  const [moving, setMoving] = useState<GridTime>();
  const unsent = useRef<ReturnType<typeof setTimeout>>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: when the address says another time, it holds
  useEffect(() => {
    if (unsent.current === undefined) setMoving(undefined);
  }, [stands]);
  useEffect(() => () => clearTimeout(unsent.current), []);

  const move = useCallback(
    (next: GridTime, how: Move) => {
      clearTimeout(unsent.current);
      setMoving(next);
      if ("last" in next) renew();
      const send = (manner: "push" | "replace") => {
        unsent.current = undefined;
        change(addressOf(next), manner);
      };
      if (how === "step") send("push");
      else unsent.current = setTimeout(() => send("replace"), RESTED_MS);
    },
    [change, renew],
  );
  return { time: moving ?? stands, move };
}

"use client";

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Micros } from "../../../server/observation/time";
import type { AddressChange } from "../../_ui/use-address";
import { addressOf, type GridTime, timeOf } from "./view";

/** After a gesture has rested this long, the address says where it ended. */
const RESTED_MS = 250;
/** How often a view up to now moves on. */
const TICK_MS = 20_000;

/** How a move is made: a step can be undone by Back, a glide goes on under the fingers. */
export type Move = "step" | "glide";

/** The time that the grid shows: by the address, and ahead of it while a gesture goes on. */
export function useGridTime(
  address: { readonly from: string | null; readonly to: string | null; readonly last: string | null },
  change: (changed: AddressChange, how: "push" | "replace") => void,
) {
  const { from, to, last } = address;
  const stands = useMemo(() => timeOf({ from, to, last }), [from, to, last]);
  const [moving, setMoving] = useState<GridTime>();
  const [now, setNow] = useState<Micros>(() => Date.now() * 1000);
  const unsent = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() * 1000), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the address says another time, it holds
  useEffect(() => {
    if (unsent.current === undefined) setMoving(undefined);
  }, [stands]);
  useEffect(() => () => clearTimeout(unsent.current), []);

  const move = useCallback(
    (next: GridTime, how: Move) => {
      clearTimeout(unsent.current);
      setMoving(next);
      if ("last" in next) setNow(Date.now() * 1000);
      const send = (manner: "push" | "replace") => {
        unsent.current = undefined;
        change(addressOf(next), manner);
      };
      if (how === "step") send("push");
      else unsent.current = setTimeout(() => send("replace"), RESTED_MS);
    },
    [change],
  );
  return { time: moving ?? stands, now, move };
}

"use client";

import { useCallback, useEffect, useState } from "react";
import type { Micros } from "../../server/observation/time";

/** How often a view up to now moves on. */
const TICK_MS = 20_000;

/** The present as the page has it, which moves on by itself and when it is told to. */
export function useNow(): readonly [now: Micros, renew: () => void] {
  const [now, setNow] = useState<Micros>(() => Date.now() * 1000);
  const renew = useCallback(() => setNow(Date.now() * 1000), []);
  useEffect(() => {
    const timer = setInterval(renew, TICK_MS);
    return () => clearInterval(timer);
  }, [renew]);
  return [now, renew];
}

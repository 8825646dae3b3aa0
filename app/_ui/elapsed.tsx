"use client";

import { useEffect, useState } from "react";
import type { Micros } from "../../server/observation/time";
import { durationText } from "./format";

/** How long something has been going on, counted while it is looked at. */
export function Elapsed({ since }: { since: Micros }) {
  const [now, setNow] = useState<Micros>();
  useEffect(() => {
    const tick = () => setNow(Date.now() * 1000);
    tick();
    const timer = setInterval(tick, 1_000);
    return () => clearInterval(timer);
  }, []);
  return now === undefined ? null : durationText(Math.max(0, now - since));
}

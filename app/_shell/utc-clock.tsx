"use client";

import { useEffect, useState } from "react";
import { instantText } from "../_ui/format";

/** The time in UTC, to the minute. Empty until the browser knows it: a server's rendering would be late. */
export function UtcClock() {
  const [minute, setMinute] = useState<number>();
  useEffect(() => {
    const tick = () => setMinute(Math.floor(Date.now() / 60_000));
    tick();
    const timer = setInterval(tick, 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <span className="block min-h-4">{minute === undefined ? "" : instantText(minute * 60_000_000)}</span>
  );
}

"use client";

import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { useTRPC } from "./client";
import { gatheredNouns, NOUNS } from "./nouns";

const LiveContext = createContext(true);

/** Whether the page is told of changes as they happen. */
export const useLive = () => useContext(LiveContext);

/** A change is seen within a second; a line under load is asked every two. */
const PACE = { soonMs: 300, leastMs: 2_000 };

/** One stream of changes per page in sight; a hidden page lets go of it (a browser has few connections per host) and catches up when it is seen again. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const trpc = useTRPC();
  const [live, setLive] = useState(true);
  useEffect(() => {
    let stream: EventSource | undefined;
    let missed = false;
    const refresh = (routers: readonly (typeof NOUNS)[number][]) => {
      for (const router of routers) queries.invalidateQueries(trpc[router].pathFilter());
    };
    const gather = gatheredNouns(PACE, refresh);
    const open = () => {
      stream = new EventSource("/api/events");
      stream.onopen = () => {
        setLive(true);
        if (missed) refresh(NOUNS);
        missed = false;
      };
      stream.onmessage = (event) => gather.add(String(event.data));
      stream.onerror = () => {
        missed = true;
        setLive(false);
        // After an answer that is no stream (503 while the line starts) the browser gives up; we do not.
        if (stream?.readyState === EventSource.CLOSED) again = setTimeout(turn, 2_000);
      };
    };
    let again: ReturnType<typeof setTimeout> | undefined;
    const close = () => {
      clearTimeout(again);
      stream?.close();
      stream = undefined;
    };
    const turn = () => {
      close();
      if (document.visibilityState === "visible") open();
      else missed = true;
    };
    turn();
    document.addEventListener("visibilitychange", turn);
    return () => {
      document.removeEventListener("visibilitychange", turn);
      gather.stop();
      close();
    };
  }, [queries, trpc]);
  return <LiveContext.Provider value={live}>{children}</LiveContext.Provider>;
}

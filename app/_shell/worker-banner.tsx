"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTRPC } from "../_trpc/client";
import { durationText } from "../_ui/format";
import { Instant } from "../_ui/instant";
import { MarkGlyph } from "../_ui/mark";
import { SILENT_AFTER } from "./worker-silence";

const ASK_EVERY_MS = 10_000;

/** On every page while the worker does not answer: what it does not do, nobody tells of. A start takes moments, so one look without it says nothing. */
export function WorkerBanner() {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useQuery(
    trpc.line.worker.queryOptions(undefined, { refetchInterval: ASK_EVERY_MS }),
  );
  const [absentSince, setAbsentSince] = useState<number>();
  useEffect(() => {
    if (data === undefined) return;
    setAbsentSince((since) => (data.heardAt === undefined ? (since ?? dataUpdatedAt) : undefined));
  }, [data, dataUpdatedAt]);
  const absent = absentSince !== undefined && dataUpdatedAt - absentSince >= SILENT_AFTER / 1000;
  const { heardAt, silentFor = 0 } = data ?? {};
  if (!absent && silentFor <= SILENT_AFTER) return null;
  return (
    <div
      role="alert"
      className="flex items-start gap-2 border-b border-failed/50 bg-failed-soft px-4 py-2 text-failed md:px-8"
    >
      <span className="pt-0.5">
        <MarkGlyph glyph="cross" tone="failed" />
      </span>
      <p>
        {absent ? (
          "No worker is connected to the database"
        ) : (
          <>
            The worker has not answered since <Instant at={heardAt} />, {durationText(silentFor)} ago
          </>
        )}
        : nothing is collected, ingested or built, and what is asked for now waits. Nothing is lost. If it
        does not come back within a minute or two, look into logs/worker.log of the data folder and start
        Ionbeam again.
      </p>
    </div>
  );
}

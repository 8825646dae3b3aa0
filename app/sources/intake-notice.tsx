"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../_trpc/client";
import type { IntakeLine } from "../_trpc/outputs";
import { Instant } from "../_ui/instant";
import { MarkGlyph } from "../_ui/mark";

const WORDS: Readonly<Record<Exclude<IntakeLine["level"], "open">, string>> = {
  live: "Backfill waits",
  paused: "Collection waits",
  halted: "The line waits for room on the disk",
};

/** Says that sources may not collect now, why, and that nobody needs to do anything about it but make room; nothing while they may. */
export function IntakeNotice() {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.line.intake.queryOptions());
  if (data === undefined || data.level === "open") return null;
  return (
    <section
      aria-label="Collection"
      className="flex items-start gap-2 rounded border border-stale/60 bg-stale-soft px-3 py-2 text-stale"
    >
      <span className="pt-0.5">
        <MarkGlyph glyph="pause" tone="stale" />
      </span>
      <p className="max-w-[100ch] min-w-0 break-words">
        <span className="font-medium">{WORDS[data.level]}</span>
        {data.since === undefined ? null : (
          <>
            {" "}
            since <Instant at={data.since} />
          </>
        )}
        : {data.reason}. Nothing is lost: what was not collected meanwhile is made up.
      </p>
    </section>
  );
}

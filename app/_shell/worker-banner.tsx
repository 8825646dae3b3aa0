"use client";

import { durationText } from "../_ui/format";
import { Instant } from "../_ui/instant";
import { MarkGlyph } from "../_ui/mark";
import { useWorkerSilence } from "./use-worker-silence";

/** On every page while the worker does not answer: what it does not do, nobody tells of. */
export function WorkerBanner() {
  const silence = useWorkerSilence();
  if (!silence) return null;
  return (
    <div
      role="alert"
      className="flex items-start gap-2 border-b border-failed/50 bg-failed-soft px-4 py-2 text-failed md:px-8"
    >
      <span className="pt-0.5">
        <MarkGlyph glyph="cross" tone="failed" />
      </span>
      <p>
        {silence.since === undefined ? (
          "No worker is connected to the database"
        ) : (
          <>
            The worker has not answered since <Instant at={silence.since} />,{" "}
            {durationText(silence.silentFor)} ago
          </>
        )}
        : nothing is collected, ingested or built, and what is asked for now waits. Nothing is lost. If it
        does not come back within a minute or two, look into logs/worker.log of the data folder and start
        Ionbeam again.
      </p>
    </div>
  );
}

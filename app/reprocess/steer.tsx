"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ban, Pause, Play, RotateCw } from "lucide-react";
import { useTRPC } from "../_trpc/client";
import type { Reprocessing } from "../_trpc/outputs";
import { useAct } from "../_trpc/use-act";
import { Button } from "../_ui/button";
import { plural } from "../_ui/format";

/** Pauses, resumes, cancels, or tries again what failed: what is possible in its state. @param short without what is done on its own page */
export function SteerReprocess({ of, short = false }: { of: Reprocessing; short?: boolean }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const pause = useMutation(trpc.reprocess.pause.mutationOptions());
  const resume = useMutation(trpc.reprocess.resume.mutationOptions());
  const cancel = useMutation(trpc.reprocess.cancel.mutationOptions());
  const retry = useMutation(trpc.reprocess.retry.mutationOptions());
  const { act, pending } = useAct();
  const { id, number, state, counts } = of;
  const ask = (doing: () => Promise<string>) =>
    act(async () => {
      const said = await doing();
      await queries.invalidateQueries(trpc.reprocess.pathFilter());
      return said;
    });
  const again = counts.outcomes.failed + counts.outcomes.cancelled;
  return (
    <>
      {state === "running" ? (
        <Button
          pending={pending}
          onPress={() =>
            ask(async () => {
              await pause.mutateAsync({ id });
              return `Reprocess ${number} pauses: what is under way is finished, no more is begun.`;
            })
          }
        >
          <Pause aria-hidden="true" className="size-3.5" />
          Pause
        </Button>
      ) : null}
      {state === "paused" ? (
        <Button
          look="primary"
          pending={pending}
          onPress={() =>
            ask(async () => {
              await resume.mutateAsync({ id });
              return `Reprocess ${number} goes on.`;
            })
          }
        >
          <Play aria-hidden="true" className="size-3.5" />
          Resume
        </Button>
      ) : null}
      {state === "running" || state === "paused" ? (
        <Button
          pending={pending}
          onPress={() =>
            ask(async () => {
              await cancel.mutateAsync({ id });
              return `Reprocess ${number} is being cancelled: nothing more is begun, and builds that run are stopped.`;
            })
          }
        >
          <Ban aria-hidden="true" className="size-3.5" />
          Cancel
        </Button>
      ) : null}
      {!short && again > 0 && state !== "cancelling" ? (
        <Button
          look={state === "running" || state === "paused" ? "plain" : "primary"}
          pending={pending}
          onPress={() =>
            ask(async () => {
              const { windows } = await retry.mutateAsync({ id });
              return `${plural(windows, "window")} of reprocess ${number} ${windows === 1 ? "is" : "are"} tried again.`;
            })
          }
        >
          <RotateCw aria-hidden="true" className="size-3.5" />
          {`Retry ${plural(again, "window")}`}
        </Button>
      ) : null}
    </>
  );
}

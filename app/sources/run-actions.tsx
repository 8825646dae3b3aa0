"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { isCancellable, isOver } from "../../server/source/model";
import { useTRPC } from "../_trpc/client";
import type { Run } from "../_trpc/outputs";
import { requestKey, useAct } from "../_trpc/use-act";
import { Button } from "../_ui/button";
import { spanText } from "../_ui/format";
import { useLeave } from "../_ui/unsaved";
import { runHref } from "./run-href";

type Acted = Pick<Run, "id" | "source" | "state" | "start" | "end">;

/** What a person may do about a run: stop it while it is not over, try it at once where it waits for its next try, ask for its range again when it is. */
export function RunActions({ run }: { run: Acted }) {
  if (run.state === "failed")
    return (
      <span className="flex flex-wrap gap-2">
        <TryNow run={run} />
        <Cancel run={run} />
      </span>
    );
  if (isCancellable(run.state)) return <Cancel run={run} />;
  return isOver(run.state) ? <Again run={run} /> : null;
}

function Cancel({ run }: { run: Acted }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const cancel = useMutation(trpc.source.cancelRun.mutationOptions());
  const { act, pending } = useAct();
  const press = () =>
    act(async () => {
      const { state } = await cancel.mutateAsync({ id: run.id });
      await queries.invalidateQueries(trpc.source.pathFilter());
      return state === "cancelled"
        ? "The run is cancelled: nothing comes of it."
        : "The run is being cancelled: nothing comes of it, and what still runs of it is stopped.";
    });
  return (
    <Button onPress={press} pending={pending} label={`Cancel the run of ${spanText(run.start, run.end)}`}>
      Cancel
    </Button>
  );
}

function TryNow({ run }: { run: Acted }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const tryNow = useMutation(trpc.source.tryRunNow.mutationOptions());
  const { act, pending } = useAct();
  const press = () =>
    act(async () => {
      const { state } = await tryNow.mutateAsync({ id: run.id });
      await queries.invalidateQueries(trpc.source.pathFilter());
      return state === "failed"
        ? `The run of ${spanText(run.start, run.end)} is tried as soon as its turn comes.`
        : `The run of ${spanText(run.start, run.end)} is ${state} by now.`;
    });
  return (
    <Button onPress={press} pending={pending} label={`Try the run of ${spanText(run.start, run.end)} now`}>
      Try now
    </Button>
  );
}

function Again({ run }: { run: Acted }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const router = useRouter();
  const leave = useLeave();
  const again = useMutation(trpc.source.runAgain.mutationOptions());
  const { act, pending } = useAct();
  const press = () =>
    act(async () => {
      const { runId } = await again.mutateAsync({ id: run.id, requestKey: requestKey() });
      await queries.invalidateQueries(trpc.source.pathFilter());
      leave(() => router.push(runHref({ source: run.source, id: runId })));
      return `${run.source} is asked once more for ${spanText(run.start, run.end)}.`;
    });
  return (
    <Button onPress={press} pending={pending} label={`Run ${spanText(run.start, run.end)} again`}>
      Run again
    </Button>
  );
}

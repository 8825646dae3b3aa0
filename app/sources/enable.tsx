"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "../_trpc/client";
import type { Source } from "../_trpc/outputs";
import { useAct } from "../_trpc/use-act";
import { Button } from "../_ui/button";

/** Turns a source's schedules on or off. */
export function Enable({ source }: { source: Pick<Source, "name" | "enabled"> }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const setEnabled = useMutation(trpc.source.setEnabled.mutationOptions());
  const { act, pending } = useAct();
  const verb = source.enabled ? "Disable" : "Enable";
  const press = () =>
    act(async () => {
      await setEnabled.mutateAsync({ name: source.name, enabled: !source.enabled });
      await queries.invalidateQueries(trpc.source.pathFilter());
      return source.enabled
        ? `${source.name} is disabled: its schedules stand still, runs under way go on.`
        : `${source.name} is enabled: its schedules go on from now. The time in which it was off is asked for by hand.`;
    });
  return (
    <Button onPress={press} pending={pending} label={`${verb} ${source.name}`}>
      {verb}
    </Button>
  );
}

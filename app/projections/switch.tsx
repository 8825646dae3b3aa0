"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "../_trpc/client";
import type { Projection } from "../_trpc/outputs";
import { useAct } from "../_trpc/use-act";
import { Button } from "../_ui/button";

/** Turns a projection on or off. */
export function Switch({
  projection: { name, enabled },
}: {
  projection: Pick<Projection, "name" | "enabled">;
}) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const setEnabled = useMutation(trpc.projection.setEnabled.mutationOptions());
  const { act, pending } = useAct();
  const verb = enabled ? "Disable" : "Enable";
  const press = () =>
    act(async () => {
      await setEnabled.mutateAsync({ name, enabled: !enabled });
      await queries.invalidateQueries(trpc.projection.pathFilter());
      return enabled
        ? `${name} is off: windows that are built from now on are not projected, and what it made stays.`
        : `${name} is on: it takes the windows that are built from now on; ask for those of before below.`;
    });
  return (
    <Button onPress={press} pending={pending} label={`${verb} ${name}`}>
      {verb}
    </Button>
  );
}

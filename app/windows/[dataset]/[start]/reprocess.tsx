"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { useTRPC } from "../../../_trpc/client";
import type { WindowDetail } from "../../../_trpc/outputs";
import { requestKey, useAct } from "../../../_trpc/use-act";
import { Button } from "../../../_ui/button";
import { spanText } from "../../../_ui/format";

/** Acts at once. A window that still waits for deliveries is built only when that is asked for by its own button. */
export function Reprocess({ window }: { window: WindowDetail }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const reprocess = useMutation(trpc.window.reprocess.mutationOptions());
  const { act, pending } = useAct();
  const waits = window.state === "waiting";
  const press = () =>
    act(async () => {
      const { dataset, start, end } = window;
      const { reason } = await reprocess.mutateAsync({
        dataset,
        start,
        end,
        requestKey: requestKey(),
        forced: waits,
      });
      await queries.invalidateQueries(trpc.window.pathFilter());
      return `Reprocessing ${dataset}, ${spanText(start, end)}: ${reason}.`;
    });
  return (
    <Button look="primary" onPress={press} pending={pending}>
      <RotateCw aria-hidden="true" className="size-3.5" />
      {waits ? "Reprocess with gaps" : "Reprocess"}
    </Button>
  );
}

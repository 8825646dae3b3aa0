"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "../_trpc/client";
import type { Ingest } from "../_trpc/outputs";
import { useAct } from "../_trpc/use-act";
import { Button } from "../_ui/button";
import { middleText, plural } from "../_ui/format";

/** Takes a wrong delivery out of every window, or puts it back. */
export function Withdraw({ ingest }: { ingest: Pick<Ingest, "delivery" | "withdrawn"> }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const withdraw = useMutation(trpc.ingest.withdraw.mutationOptions());
  const restore = useMutation(trpc.ingest.restore.mutationOptions());
  const { act, pending } = useAct();
  const verb = ingest.withdrawn ? "Restore" : "Withdraw";
  const name = middleText(ingest.delivery, 13);
  const press = () =>
    act(async () => {
      const verbOf = ingest.withdrawn ? restore : withdraw;
      const windows = await verbOf.mutateAsync({ key: ingest.delivery });
      await queries.invalidateQueries(trpc.ingest.pathFilter());
      const what = ingest.withdrawn ? "is in again" : "is out";
      return `Delivery ${name} ${what}; ${plural(windows, "window")} judged again.`;
    });
  return (
    <Button onPress={press} pending={pending} label={`${verb} delivery ${name}`}>
      {verb}
    </Button>
  );
}

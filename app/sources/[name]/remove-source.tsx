"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "../../_trpc/client";
import type { SourceRemoval } from "../../_trpc/outputs";
import { useAct } from "../../_trpc/use-act";
import { Button } from "../../_ui/button";
import { Confirm } from "../../_ui/confirm";
import { plural } from "../../_ui/format";
import { Panel } from "../../_ui/page";

/** Removes a source, after saying with its figures what ends, what stays, and how it comes back. */
export function RemovePanel({ name }: { name: string }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const remove = useMutation(trpc.source.remove.mutationOptions());
  const { act, pending } = useAct();
  const [asking, setAsking] = useState(false);
  const removal = useQuery(trpc.source.removal.queryOptions({ name }, { enabled: asking }));
  const settings = useQuery(trpc.settings.state.queryOptions(undefined, { enabled: asking }));
  const isNamed = settings.data?.named.includes(name) ?? false;
  const open = () => {
    setAsking(true);
    // What it ends is of this moment.
    queries.invalidateQueries(trpc.source.removal.queryFilter({ name }));
  };
  const take = () => {
    setAsking(false);
    return act(async () => {
      const ended = await remove.mutateAsync({ name });
      await queries.invalidateQueries(trpc.source.pathFilter());
      return `${name} is removed: ${endsWords(ended)}. What it delivered stays.`;
    });
  };
  return (
    <Panel title="Remove" note="What it delivered stays; nothing of it runs any more.">
      <Button onPress={open} pending={pending}>
        Remove this source…
      </Button>
      <Confirm
        open={asking && removal.data !== undefined}
        title={`Remove ${name}?`}
        verb="Remove 1 source"
        onConfirm={take}
        onClose={() => setAsking(false)}
      >
        {removal.data === undefined ? null : (
          <>
            {`At once ${endsWords(removal.data)}. Its dataset ${removal.data.dataset} stays with its windows, products, deliveries and kept payloads; its runs and the audit stay too. It can be added again under this name, and its deliveries are its own again.`}
            {isNamed
              ? " The settings file names it: no start brings it back, and applying the file adds it again."
              : ""}
          </>
        )}
      </Confirm>
    </Panel>
  );
}

function endsWords({ schedules, queued, running, retrying, secrets }: SourceRemoval): string {
  const runs = queued + running + retrying;
  const kinds = [
    [queued, "waiting"],
    [running, "running"],
    [retrying, "to be tried again"],
  ] as const;
  const of = kinds.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : [])).join(", ");
  return [
    schedules === 0 ? "no schedule ends" : `${plural(schedules, "schedule ends", "schedules end")}`,
    runs === 0 ? "no run is cancelled" : `${plural(runs, "run is", "runs are")} cancelled (${of})`,
    secrets.length === 0
      ? "no secret is erased"
      : `${plural(secrets.length, "secret is", "secrets are")} erased`,
  ].join(", ");
}

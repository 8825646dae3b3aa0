"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "../../../_trpc/client";
import type { Schedule, Source } from "../../../_trpc/outputs";
import { useAct } from "../../../_trpc/use-act";
import { Button } from "../../../_ui/button";
import { Confirm } from "../../../_ui/confirm";
import { durationText, plural } from "../../../_ui/format";

/** Change, turn on or off, or remove one schedule. */
export function ScheduleActions({
  source,
  schedule,
  onChange,
}: {
  source: Source;
  schedule: Schedule;
  onChange: () => void;
}) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const setEnabled = useMutation(trpc.source.setScheduleEnabled.mutationOptions());
  const remove = useMutation(trpc.source.removeSchedule.mutationOptions());
  const { act, pending } = useAct();
  const [asking, setAsking] = useState(false);
  const words = `the schedule of every ${durationText(schedule.interval)}`;
  const key = { source: source.name, id: schedule.id };
  const turn = () =>
    act(async () => {
      await setEnabled.mutateAsync({ ...key, enabled: !schedule.enabled });
      await queries.invalidateQueries(trpc.source.pathFilter());
      return schedule.enabled
        ? `${words} is off: it fires no more, and its runs under way go on.`
        : `${words} is on: it fires at its next boundary, and owes nothing of before.`;
    });
  const take = () => {
    setAsking(false);
    return act(async () => {
      await remove.mutateAsync(key);
      await queries.invalidateQueries(trpc.source.pathFilter());
      return `${words} is removed: it fires no more, and its runs under way go on.`;
    });
  };
  const verb = schedule.enabled ? "Turn off" : "Turn on";
  return (
    <span className="flex flex-wrap items-center gap-2 lg:justify-end">
      <Button onPress={onChange} label={`Change ${words}`}>
        Change…
      </Button>
      <Button onPress={turn} pending={pending} label={`${verb} ${words}`}>
        {verb}
      </Button>
      <Button onPress={() => setAsking(true)} pending={pending} label={`Remove ${words}`}>
        Remove…
      </Button>
      <Confirm
        open={asking}
        title={`Remove ${words}?`}
        verb="Remove 1 schedule"
        onConfirm={take}
        onClose={() => setAsking(false)}
      >
        {removalWords(source, schedule)}
      </Confirm>
    </span>
  );
}

/** What its end means for windows that are open now. */
function removalWords({ name, dataset, schedules }: Source, { id, enabled }: Schedule): string {
  const kept = "What it has fired goes on, and what it skipped stays known.";
  if (!enabled) return `It is off: nothing changes for the windows of ${dataset}. ${kept}`;
  const others = schedules.filter((each) => each.enabled && each.id !== id).length;
  return others > 0
    ? `${plural(others, "other schedule")} of ${name} ${others === 1 ? "goes" : "go"} on asking. ${kept}`
    : `Nobody asks ${name} by itself any more: windows of ${dataset} that are open now, and all later ones, wait until somebody runs their range. ${kept}`;
}

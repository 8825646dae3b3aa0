"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { formatDuration } from "../../../../server/observation/time";
import { useTRPC } from "../../../_trpc/client";
import type { Schedule } from "../../../_trpc/outputs";
import { useAct } from "../../../_trpc/use-act";
import { Button } from "../../../_ui/button";
import { Field } from "../../../_ui/field";
import { useUnsaved } from "../../../_ui/unsaved";
import { typedDuration } from "../../../datasets/typed-duration";
import { readSchedule, type TypedSchedule } from "./read-schedule";
import { SchedulePreview } from "./schedule-preview";

const NEW: TypedSchedule = { windowSize: "PT1H", interval: "PT1H", lag: "PT0S" };

/**
 * A schedule's three times, in ISO 8601 or plainly, each with its echo in words; the next five runs and what it means for windows while it is typed.
 * @param replaces the schedule that is changed; undefined: one more
 */
export function ScheduleForm({
  source,
  replaces,
  onDone,
  onClose,
}: {
  source: string;
  replaces: Schedule | undefined;
  onDone: () => void;
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const add = useMutation(trpc.source.addSchedule.mutationOptions());
  const change = useMutation(trpc.source.changeSchedule.mutationOptions());
  const { act, pending } = useAct();
  const form = useRef<HTMLFormElement>(null);
  // Into the form when it opens, and back to what opened it when it closes.
  useEffect(() => {
    const opener = document.activeElement;
    form.current?.querySelector("input")?.focus();
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  const [begun] = useState<TypedSchedule>(() => (replaces ? typedOf(replaces) : NEW));
  const [typed, setTyped] = useState(begun);
  useUnsaved(`a schedule of ${source}`, JSON.stringify(typed) !== JSON.stringify(begun));
  const { rule, echo, wrong } = readSchedule(typed);
  const same =
    replaces !== undefined &&
    rule !== undefined &&
    rule.windowSize === replaces.windowSize &&
    rule.interval === replaces.interval &&
    rule.lag === replaces.lag;
  const submit = () => {
    if (rule === undefined || same) return;
    return act(async () => {
      if (replaces) await change.mutateAsync({ source, id: replaces.id, ...rule });
      else await add.mutateAsync({ source, ...rule });
      await queries.invalidateQueries(trpc.source.pathFilter());
      onDone();
      return replaces ? "The schedule is changed." : "The schedule is added.";
    });
  };
  const field = (key: keyof TypedSchedule, label: string, hint: string) => (
    <Field
      label={label}
      value={typed[key]}
      onChange={(text) => setTyped({ ...typed, [key]: text })}
      error={wrong[key]}
      hint={echo[key] === undefined ? hint : `${echo[key]}: ${hint}`}
    />
  );
  return (
    <form
      ref={form}
      aria-label={replaces ? "Change the schedule" : "Add a schedule"}
      className="flex flex-col gap-4 border-t p-3"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <h3 className="font-semibold">{replaces ? "Change the schedule" : "Add a schedule"}</h3>
      <div className="flex flex-wrap items-start gap-3">
        {field("windowSize", "Asks for", "the range of each run")}
        {field("interval", "Every", "how often it fires")}
        {field("lag", "Lag", "from a range's end to its run")}
      </div>
      {rule === undefined ? (
        <p className="text-muted">The next runs stand here when the three times can be read.</p>
      ) : (
        <SchedulePreview source={source} replaces={replaces} rule={rule} />
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" pending={pending} disabled={rule === undefined || same}>
          {replaces ? "Save the schedule" : "Add 1 schedule"}
        </Button>
        <Button onPress={onClose}>Not now</Button>
      </div>
    </form>
  );
}

function typedOf({ windowSize, interval, lag }: Schedule): TypedSchedule {
  const text = (duration: number) => typedDuration(formatDuration(duration));
  return { windowSize: text(windowSize), interval: text(interval), lag: text(lag) };
}

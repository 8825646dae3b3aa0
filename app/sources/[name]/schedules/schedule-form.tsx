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
import { GoneSchedule } from "./gone-schedule";
import { readSchedule, type TypedSchedule } from "./read-schedule";
import { SchedulePreview } from "./schedule-preview";

const NEW: TypedSchedule = { windowSize: "PT1H", interval: "PT1H", lag: "PT0S" };

/**
 * A schedule's three times, in ISO 8601 or plainly, each with its echo in words; the next five runs and what it means for windows while it is typed.
 * @param begun the schedule that is changed; undefined: one more
 * @param schedules those that the source has now: the one that is changed may go while this is typed
 */
export function ScheduleForm({
  source,
  begun,
  schedules,
  onDone,
  onClose,
}: {
  source: string;
  begun: Schedule | undefined;
  schedules: readonly Schedule[];
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
  const [replaces, setReplaces] = useState(begun);
  const [known, setKnown] = useState(schedules);
  const [shown] = useState<TypedSchedule>(() => (begun ? typedOf(begun) : NEW));
  const [typed, setTyped] = useState(shown);
  useUnsaved(`a schedule of ${source}`, JSON.stringify(typed) !== JSON.stringify(shown));
  // While a save is under way, it is this form's own.
  const gone = !pending && replaces !== undefined && !has(schedules, replaces);
  /** What is typed goes on as a change of another one, or as one more. */
  const goOn = (as: Schedule | undefined) => {
    setReplaces(as);
    setKnown(schedules);
  };
  const { rule, echo, wrong } = readSchedule(typed);
  const same =
    replaces !== undefined &&
    rule !== undefined &&
    rule.windowSize === replaces.windowSize &&
    rule.interval === replaces.interval &&
    rule.lag === replaces.lag;
  const submit = () => {
    if (rule === undefined || same || gone) return;
    return act(async () => {
      if (replaces) await change.mutateAsync({ source, id: replaces.id, ...rule });
      else await add.mutateAsync({ source, ...rule });
      onDone();
      await queries.invalidateQueries(trpc.source.pathFilter());
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
      {gone ? (
        <GoneSchedule
          gone={replaces}
          came={schedules.filter((each) => !has(known, each))}
          goOn={goOn}
          drop={onClose}
        />
      ) : null}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" pending={pending} disabled={rule === undefined || same || gone}>
          {replaces ? "Save the schedule" : "Add 1 schedule"}
        </Button>
        <Button onPress={onClose}>Not now</Button>
      </div>
    </form>
  );
}

const has = (schedules: readonly Schedule[], { id }: Schedule) => schedules.some((each) => each.id === id);

function typedOf({ windowSize, interval, lag }: Schedule): TypedSchedule {
  const text = (duration: number) => typedDuration(formatDuration(duration));
  return { windowSize: text(windowSize), interval: text(interval), lag: text(lag) };
}

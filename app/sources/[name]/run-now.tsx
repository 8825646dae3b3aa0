"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { useEffect, useState } from "react";
import { useTRPC } from "../../_trpc/client";
import { requestKey, useAct } from "../../_trpc/use-act";
import { Button } from "../../_ui/button";
import { spanText } from "../../_ui/format";
import { RangeCalendarButton } from "../../_ui/range-calendar";
import { RangeFields, type TypedRange } from "../../_ui/range-fields";
import { daysOf, rangeOfDay, typedText } from "../../_ui/typed-time";
import { readRange, usualRanges } from "../run-range";

/**
 * Asks a source for a range of time now: a day, a range that people ask for most, or an exact one; each fills the two fields.
 * @param daily whether the source gives whole days
 */
export function RunNow({ name, daily }: { name: string; daily: boolean }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const run = useMutation(trpc.source.run.mutationOptions());
  const { act, pending } = useAct();
  const [typed, setTyped] = useState<TypedRange>({ from: "", to: "" });
  const [tried, setTried] = useState(false);
  const [now, setNow] = useState<number>();
  useEffect(() => {
    const time = Date.now() * 1000;
    const [usual] = usualRanges(time, daily);
    setNow(time);
    setTyped(({ from, to }) => ({ from: from || (usual?.from ?? ""), to: to || (usual?.to ?? "") }));
  }, [daily]);
  const range = readRange(typed.from, typed.to);
  const latest = typedText(now ?? 0).slice(0, 10);
  const wrong = tried && !range.ok ? range : undefined;
  const submit = () => {
    setTried(true);
    if (!range.ok) return;
    const { start, end } = range;
    return act(async () => {
      await run.mutateAsync({ name, start, end, requestKey: requestKey() });
      setTried(false);
      await queries.invalidateQueries(trpc.source.pathFilter());
      return `${name} is asked for ${spanText(start, end)}; the run stands below.`;
    });
  };
  return (
    <form
      aria-label={`Run ${name}`}
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="flex flex-wrap items-start gap-3">
        <RangeFields typed={typed} reading={range} wrong={wrong} onChange={setTyped} />
        <div className="flex flex-wrap gap-2 pt-5">
          <RangeCalendarButton
            label="Choose days…"
            days={range.ok ? daysOf(range.start, range.end) : undefined}
            latest={latest}
            onChange={({ first, last }) => {
              const [from, to] = [rangeOfDay(first), rangeOfDay(last)];
              if (from && to) setTyped({ from: typedText(from.start), to: typedText(to.end) });
            }}
          />
          <Button type="submit" look="primary" pending={pending}>
            <Play aria-hidden="true" className="size-3.5" />
            Run now
          </Button>
        </div>
      </div>
      <fieldset className="-ml-3 flex flex-wrap items-center gap-1">
        <legend className="sr-only">Usual ranges</legend>
        {(now === undefined ? [] : usualRanges(now, daily)).map((usual) => (
          <Button key={usual.name} look="quiet" onPress={() => setTyped({ from: usual.from, to: usual.to })}>
            {usual.name}
          </Button>
        ))}
      </fieldset>
    </form>
  );
}

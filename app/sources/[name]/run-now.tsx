"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { useEffect, useState } from "react";
import { useTRPC } from "../../_trpc/client";
import { requestKey, useAct } from "../../_trpc/use-act";
import { Button } from "../../_ui/button";
import { Field } from "../../_ui/field";
import { spanText } from "../../_ui/format";
import { readRange, usualRanges } from "../run-range";

/** Asks a source for a range of time now. Two fields to type into, and the ranges that people ask for most. */
export function RunNow({ name }: { name: string }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const run = useMutation(trpc.source.run.mutationOptions());
  const { act, pending } = useAct();
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [tried, setTried] = useState(false);
  const [now, setNow] = useState<number>();
  useEffect(() => {
    const time = Date.now() * 1000;
    const [usual] = usualRanges(time);
    setNow(time);
    setFrom((typed) => typed || (usual?.from ?? ""));
    setTo((typed) => typed || (usual?.to ?? ""));
  }, []);
  const range = readRange(from, to);
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
        <Field label="From (UTC)" value={from} onChange={setFrom} error={wrong?.start} />
        <Field label="To (UTC), not included" value={to} onChange={setTo} error={wrong?.end} />
        <div className="pt-5">
          <Button type="submit" look="primary" pending={pending}>
            <Play aria-hidden="true" className="size-3.5" />
            Run now
          </Button>
        </div>
      </div>
      <fieldset className="-ml-3 flex flex-wrap items-center gap-1">
        <legend className="sr-only">Usual ranges</legend>
        {(now === undefined ? [] : usualRanges(now)).map((usual) => (
          <Button
            key={usual.name}
            look="quiet"
            onPress={() => {
              setFrom(usual.from);
              setTo(usual.to);
            }}
          >
            {usual.name}
          </Button>
        ))}
      </fieldset>
    </form>
  );
}

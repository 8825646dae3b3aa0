"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "../../_trpc/client";
import type { Projection } from "../../_trpc/outputs";
import { useAct } from "../../_trpc/use-act";
import { Button } from "../../_ui/button";
import { Choice, Field } from "../../_ui/field";
import { plural, spanText } from "../../_ui/format";
import { readTyped, TYPED_FORM } from "../../_ui/typed-time";

/** Asks for the current revisions of a range: enabling a projection owes nothing until then. */
export function ProjectRange({ projection }: { projection: Pick<Projection, "name" | "enabled"> }) {
  const { name, enabled } = projection;
  const trpc = useTRPC();
  const queries = useQueryClient();
  const datasets = useQuery(trpc.dataset.list.queryOptions());
  const project = useMutation(trpc.projection.project.mutationOptions());
  const { act, pending } = useAct();
  const [chosen, setChosen] = useState("");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [tried, setTried] = useState(false);
  const dataset = chosen || (datasets.data?.[0]?.name ?? "");
  const [start, end] = [readTyped(from), readTyped(to)];
  const endWords =
    start !== undefined && end !== undefined && end <= start ? "the end is not after the start" : undefined;
  const submit = () => {
    setTried(true);
    if (start === undefined || end === undefined || endWords !== undefined || dataset === "") return;
    return act(async () => {
      const windows = await project.mutateAsync({ projection: name, dataset, range: { start, end } });
      setTried(false);
      await queries.invalidateQueries(trpc.projection.pathFilter());
      return windows === 0
        ? `${dataset} has no built window in ${spanText(start, end)}.`
        : `${plural(windows, "window")} of ${dataset} will be projected by ${name}.`;
    });
  };
  return (
    <form
      aria-label={`Project a range by ${name}`}
      className="flex flex-wrap items-start gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Choice label="Dataset" value={dataset} onChange={setChosen}>
        {(datasets.data ?? []).map((each) => (
          <option key={each.name}>{each.name}</option>
        ))}
      </Choice>
      <Field
        label="From (UTC)"
        value={from}
        onChange={setFrom}
        error={tried && start === undefined ? TYPED_FORM : undefined}
      />
      <Field
        label="To (UTC), not included"
        value={to}
        onChange={setTo}
        error={tried ? (end === undefined ? TYPED_FORM : endWords) : undefined}
      />
      <div className="pt-5">
        <Button type="submit" pending={pending} disabled={!enabled || dataset === ""}>
          Project
        </Button>
      </div>
      {enabled ? null : <p className="w-full text-muted">It is off: enable it first.</p>}
    </form>
  );
}

"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Play } from "lucide-react";
import Link from "next/link";
import type { Micros } from "../../../../server/observation/time";
import { useTRPC } from "../../../_trpc/client";
import { Loaded } from "../../../_trpc/loaded";
import type { Run, Source, WindowDetail } from "../../../_trpc/outputs";
import { useAct } from "../../../_trpc/use-act";
import { Button } from "../../../_ui/button";
import { plural, spanText } from "../../../_ui/format";
import { Instant, Span } from "../../../_ui/instant";
import { Panel } from "../../../_ui/page";
import { type AskableGaps, askableGaps, nextAsked, openRun } from "./askable-gaps";
import { AskedAlready } from "./asked-already";

/** What no source has been asked for of a window, why that may be, and the way to ask for it now. Nothing where nothing is missing yet. */
export function MissingPanel({
  window,
}: {
  window: Pick<WindowDetail, "dataset" | "start" | "end" | "gaps"> & {
    readonly sealedAt?: Micros | undefined;
  };
}) {
  const trpc = useTRPC();
  const { dataset, start, end } = window;
  const sources = useQuery(trpc.source.list.queryOptions());
  const runs = useQuery(trpc.source.ofWindow.queryOptions({ dataset, start, end }));
  const gaps = askableGaps(window.gaps, Date.now() * 1000);
  if (gaps.missing.length === 0 || window.sealedAt !== undefined) return null;
  return (
    <Panel title="Missing" note="No delivery that counts has answered for this part of the window.">
      <div className="flex flex-col gap-3">
        <ul className="flex flex-col gap-0.5">
          {gaps.missing.slice(0, NAMED).map(({ start, end }) => (
            <li key={start}>
              <Span start={start} end={end} />
            </li>
          ))}
          {gaps.missing.length > NAMED ? (
            <li className="text-muted">and {plural(gaps.missing.length - NAMED, "more gap")}</li>
          ) : null}
        </ul>
        <Loaded query={sources}>
          {(all) => <Feeders dataset={dataset} sources={all} runs={runs.data ?? []} gaps={gaps} />}
        </Loaded>
      </div>
    </Panel>
  );
}

const NAMED = 5;

function Feeders({
  dataset,
  sources,
  runs,
  gaps,
}: {
  dataset: string;
  sources: readonly Source[];
  runs: readonly Run[];
  gaps: AskableGaps;
}) {
  const trpc = useTRPC();
  const removed = useQuery(trpc.source.removed.queryOptions());
  const feeding = sources.filter((source) => source.dataset === dataset);
  const gone = (removed.data ?? []).filter((source) => source.dataset === dataset);
  if (feeding.length === 0 && gone.length > 0)
    return (
      <p>
        {gone.map(({ name, removedAt }) => (
          <span key={name}>
            <Link href={`/sources/${encodeURIComponent(name)}`} className="link">
              {name}
            </Link>
            , which brought {dataset}, was removed <Instant at={removedAt} />.{" "}
          </span>
        ))}
        Nobody asks for what is missing unless it is added again.
      </p>
    );
  if (feeding.length === 0)
    return (
      <p>
        No source here brings {dataset}: another program delivers it, and what is missing has to come from
        there.
      </p>
    );
  return (
    <ul className="flex flex-col gap-3">
      {feeding.map((source) => (
        <Feeder
          key={source.name}
          source={source}
          run={openRun(runs, source.name, gaps.missing)}
          gaps={gaps}
        />
      ))}
    </ul>
  );
}

/** A source that brings the dataset: whether it is asked already or will be by itself, and the button to ask it. */
function Feeder({ source, run: open, gaps }: { source: Source; run: Run | undefined; gaps: AskableGaps }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const run = useMutation(trpc.source.run.mutationOptions());
  const { act, pending } = useAct();
  const collect = () =>
    act(async () => {
      // Named by the gap and not by the click: somebody else may ask for the same just now.
      for (const { start, end } of gaps.asks)
        await run.mutateAsync({
          name: source.name,
          start,
          end,
          requestKey: `gap ${start} ${end}`,
          onceWhileOpen: true,
        });
      await queries.invalidateQueries(trpc.source.pathFilter());
      const [only] = gaps.asks;
      const what =
        only && gaps.asks.length === 1 ? spanText(only.start, only.end) : plural(gaps.asks.length, "gap");
      return `${source.name} is asked for ${what}; its runs stand below.`;
    });
  const next = nextAsked(source.schedules, gaps.missing);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <span className="min-w-0">
        <Link href={`/sources/${encodeURIComponent(source.name)}`} className="link">
          {source.name}
        </Link>{" "}
        {open ? (
          <AskedAlready run={open} />
        ) : !source.enabled ? (
          "is disabled: it does not ask for this by itself."
        ) : next === undefined ? (
          "will not ask for this time by itself: none of its schedules does any more."
        ) : (
          <>
            asks for it by itself at <Instant at={next} />.
          </>
        )}
      </span>
      <Button onPress={collect} pending={pending} disabled={open !== undefined}>
        <Play aria-hidden="true" className="size-3.5" />
        {`Collect ${gaps.asks.length === 1 ? "what is missing" : plural(gaps.asks.length, "gap")} from ${source.name}`}
      </Button>
    </li>
  );
}

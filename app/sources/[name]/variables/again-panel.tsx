"use client";

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useState } from "react";
import { nothingRuns } from "../../../../server/reingestion/model";
import { useTRPC } from "../../../_trpc/client";
import { failureOf } from "../../../_trpc/failure";
import { Loaded } from "../../../_trpc/loaded";
import type { ReingestPreview, VariableMap } from "../../../_trpc/outputs";
import { requestKey, useAct } from "../../../_trpc/use-act";
import { Button } from "../../../_ui/button";
import { bytesText, plural, spanText } from "../../../_ui/format";
import { Words } from "../../../_ui/instant";
import { MarkGlyph } from "../../../_ui/mark";
import { More } from "../../../_ui/more";
import { Panel } from "../../../_ui/page";
import { RangeFields, readTypedRange, type TypedRange } from "../../../_ui/range-fields";
import { Empty } from "../../../_ui/states";
import { ReingestionLine } from "./reingestion-line";

/** What was put in force on this page. */
export interface SavedMap {
  readonly version: number;
  readonly hash: string;
}

/** Has a range of kept payloads ingested again by the map in force; what was asked for stands below, with its progress. */
export function AgainPanel({ of, saved }: { of: VariableMap; saved: SavedMap | undefined }) {
  const trpc = useTRPC();
  const list = useInfiniteQuery(
    trpc.reingestion.list.infiniteQueryOptions(
      { source: of.source },
      { getNextPageParam: (page) => page.next },
    ),
  );
  return (
    <Panel
      title="Ingest again"
      note="The raw payloads that are kept, by the map in force. Windows are built again by themselves."
      flush
    >
      {saved?.hash !== of.hash ? null : (
        <p className="flex items-start gap-2 border-b bg-stale-soft px-3 py-2 text-stale">
          <span className="pt-0.5">
            <MarkGlyph glyph="corner" tone="stale" />
          </span>
          {`Version ${saved.version} is in force for what is collected from now on. What was ingested before keeps its columns: ingest it again from when on version ${saved.version} is wanted.`}
        </p>
      )}
      <AgainForm of={of} />
      <Loaded query={list}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          return items.length === 0 ? (
            <Empty title="Nothing was ingested again yet">
              After a change of the map, choose from when on its columns are wanted.
            </Empty>
          ) : (
            <ul aria-label="Ingested again" className="border-t">
              {items.map((each) => (
                <ReingestionLine key={each.id} of={each} />
              ))}
            </ul>
          );
        }}
      </Loaded>
      <More query={list} />
    </Panel>
  );
}

function AgainForm({ of }: { of: VariableMap }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const start = useMutation(trpc.reingestion.start.mutationOptions());
  const { act, pending } = useAct();
  const [typed, setTyped] = useState<TypedRange>({ from: "", to: "" });
  const [tried, setTried] = useState(false);
  const range = readTypedRange(typed);
  const wrong = tried && !range.ok ? range : undefined;
  const choice = range.ok
    ? { source: of.source, start: range.start, end: range.end }
    : { source: of.source, start: 0, end: 1 };
  const preview = useQuery(trpc.reingestion.preview.queryOptions(choice, { enabled: range.ok }));
  const submit = () => {
    setTried(true);
    if (!range.ok) return;
    return act(async () => {
      const { number } = await start.mutateAsync({
        ...choice,
        mapHash: of.hash,
        requestKey: requestKey(),
      });
      setTried(false);
      await queries.invalidateQueries(trpc.reingestion.pathFilter());
      return `Ingesting again has begun as number ${number}, by version ${of.version} of the map.`;
    });
  };
  return (
    <form
      aria-label="Ingest again"
      className="flex flex-col gap-3 p-3"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="flex flex-wrap items-start gap-3">
        <RangeFields typed={typed} reading={range} wrong={wrong} onChange={setTyped} />
        <div className="pt-5">
          <Button
            type="submit"
            pending={pending}
            disabled={range.ok && (preview.data === undefined || preview.data.deliveries === 0)}
          >
            <RefreshCw aria-hidden="true" className="size-3.5" />
            Ingest again
          </Button>
        </div>
      </div>
      <div role="status" aria-label="What would be ingested">
        {!range.ok ? null : preview.data ? (
          <PreviewWords of={preview.data} />
        ) : preview.error ? (
          <p className="text-failed">{failureOf(preview.error).message}</p>
        ) : (
          <p className="text-muted">Counting…</p>
        )}
      </div>
    </form>
  );
}

function PreviewWords({ of }: { of: ReingestPreview }) {
  const { deliveries, rows, bytes, windows, built, leftOut } = of;
  if (deliveries === 0) {
    const why = nothingRuns(of, spanText);
    return (
      <p className="max-w-[80ch]">
        <Words text={`${why.charAt(0).toUpperCase()}${why.slice(1)}.`} />
      </p>
    );
  }
  return (
    <>
      <p>
        {`${plural(deliveries, "delivery", "deliveries")} with ${plural(rows, "row")}, ${bytesText(bytes)} of payloads, in ${plural(windows, "window")}, ${built === windows ? "all of them" : plural(built, "of them", "of them")} built before.`}
      </p>
      {leftOut.length > 0 ? (
        <ul className="list-disc pl-5 text-muted">
          {leftOut.map(({ reason, deliveries: count }) => (
            <li key={reason}>{`${plural(count, "delivery", "deliveries")} not: ${reason}`}</li>
          ))}
        </ul>
      ) : null}
    </>
  );
}

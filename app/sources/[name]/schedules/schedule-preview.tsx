"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type Firing, nextFirings, type ScheduleTimes } from "../../../../server/source/model";
import { useTRPC } from "../../../_trpc/client";
import { Loaded } from "../../../_trpc/loaded";
import type { Schedule } from "../../../_trpc/outputs";
import { Instant, Span, Words } from "../../../_ui/instant";
import { SkeletonRows } from "../../../_ui/states";
import { type Column, Table } from "../../../_ui/table";

const SHOWN = 5;
/** What is typed is asked about when the hand rests. */
const REST_MS = 300;

const COLUMNS: readonly Column<Firing>[] = [
  { head: "Fires", cell: ({ at }) => <Instant at={at} /> },
  { head: "Asks for", cell: ({ start, end }) => <Span start={start} end={end} /> },
];

/** The next five runs of what is typed, at once; and, from the catalogue, what it means for the windows. */
export function SchedulePreview({
  source,
  replaces,
  rule,
}: {
  source: string;
  replaces: Schedule | undefined;
  rule: ScheduleTimes;
}) {
  const trpc = useTRPC();
  const rested = useRested(rule);
  const preview = useQuery(
    trpc.source.previewSchedule.queryOptions(
      { source, ...rested, ...(replaces ? { replaces: replaces.id } : {}) },
      { placeholderData: keepPreviousData },
    ),
  );
  const now = useMinute();
  const isOf = preview.data !== undefined && !preview.isPlaceholderData && sameRule(rule, rested);
  // The server knows from which boundary on; until it has answered, what the page's clock says.
  const firings = isOf ? preview.data.firings : now === undefined ? [] : nextFirings(rule, now, SHOWN);
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <section aria-label="Next five runs" className="overflow-x-auto rounded border">
        <h4 className="px-3 pt-2 text-12 text-muted">Next five runs</h4>
        <Table
          label="Next five runs"
          columns={COLUMNS}
          rows={firings}
          rowKey={({ at }) => String(at)}
          cards={false}
        />
      </section>
      <section aria-label="What it means for windows" aria-live="polite" className="flex flex-col gap-2">
        <h4 className="text-12 text-muted">What it means for windows</h4>
        <Loaded query={preview} skeleton={<SkeletonRows rows={3} />}>
          {({ effect }) => (
            <ul className={`flex flex-col gap-1.5 ${isOf ? "" : "text-muted"}`}>
              {effect.map((sentence) => (
                <li key={sentence} className="max-w-[72ch]">
                  <Words text={sentence} />
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      </section>
    </div>
  );
}

function sameRule(one: ScheduleTimes, other: ScheduleTimes): boolean {
  return one.windowSize === other.windowSize && one.interval === other.interval && one.lag === other.lag;
}

function useRested(rule: ScheduleTimes): ScheduleTimes {
  const { windowSize, interval, lag } = rule;
  const [rested, setRested] = useState(rule);
  useEffect(() => {
    const timer = setTimeout(() => setRested({ windowSize, interval, lag }), REST_MS);
    return () => clearTimeout(timer);
  }, [windowSize, interval, lag]);
  return rested;
}

/** The page's clock, looked at twice a minute; undefined until the browser draws. */
function useMinute(): number | undefined {
  const [now, setNow] = useState<number>();
  useEffect(() => {
    const look = () => setNow(Date.now() * 1000);
    look();
    const timer = setInterval(look, 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

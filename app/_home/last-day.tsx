"use client";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTRPC } from "../_trpc/client";
import { Loaded } from "../_trpc/loaded";
import type { HourOfLine } from "../_trpc/outputs";
import { countText, durationText, instantText, plural, spanText } from "../_ui/format";
import { Nothing, Span } from "../_ui/instant";
import { Panel } from "../_ui/page";
import { type Column, Table } from "../_ui/table";
import { HourBars } from "./hour-bars";

const HOUR = 3_600_000_000;

const COLUMNS: readonly Column<HourOfLine>[] = [
  { head: "Hour", cell: ({ start }) => <Span start={start} end={start + HOUR} /> },
  { head: "Rows", number: true, cell: ({ rows }) => countText(rows) },
  { head: "Rejected rows", number: true, cell: ({ rejected }) => countText(rejected) },
  { head: "Deliveries", number: true, cell: ({ deliveries }) => countText(deliveries) },
  { head: "Windows built", number: true, cell: ({ windows }) => countText(windows) },
  { head: "of them by hand", number: true, cell: ({ byHand }) => countText(byHand) },
  {
    head: "Lag, median",
    number: true,
    cell: ({ lag }) => (lag === undefined ? <Nothing /> : durationText(lag)),
  },
];

/** Throughput and lag of the last day, hour by hour: as pictures, and as the table that they are drawn from. */
export function LastDay() {
  const trpc = useTRPC();
  const query = useQuery(trpc.history.lastDay.queryOptions());
  return (
    <Panel title="Last day" note="Hour by hour, UTC; the last hour still runs.">
      <Loaded query={query} skeleton={<div role="status" aria-label="Loading" className="skeleton h-44" />}>
        {(hours) => (
          <div className="flex flex-col gap-3">
            <div className="grid gap-6 md:grid-cols-3">
              <Chart
                name="Rows ingested"
                unit="rows an hour"
                hours={hours}
                of={({ rows }) => rows}
                textOf={(rows) => plural(rows, "row")}
              />
              <Chart
                name="Windows built"
                unit="windows an hour"
                hours={hours}
                of={({ windows }) => windows}
                textOf={(windows) => plural(windows, "window")}
              />
              <Chart
                name="Lag"
                unit={lagUnit(hours)}
                hours={hours}
                of={({ lag }) => lag}
                textOf={durationText}
              />
            </div>
            <details>
              <summary className="cursor-pointer text-13 text-accent">The numbers</summary>
              <div className="mt-2 overflow-x-auto">
                <Table
                  label="The last day, hour by hour"
                  columns={COLUMNS}
                  rows={[...hours].reverse()}
                  rowKey={({ start }) => String(start)}
                />
              </div>
            </details>
          </div>
        )}
      </Loaded>
    </Panel>
  );
}

/** What the lag is of, and what is left out of it: the time of a person's click is not how late the line is. */
function lagUnit(hours: readonly HourOfLine[]): string {
  const byHand = hours.reduce((sum, hour) => sum + hour.byHand, 0);
  const left = byHand === 0 ? "" : `; ${plural(byHand, "window")} that people had made left out`;
  return `from a live window's end to its first build, median; waiting for late data included${left}`;
}

function Chart({
  name,
  unit,
  hours,
  of,
  textOf,
}: {
  name: string;
  unit: string;
  hours: readonly HourOfLine[];
  of: (hour: HourOfLine) => number | undefined;
  textOf: (value: number) => string;
}): ReactNode {
  const bars = hours.map((hour) => {
    const value = of(hour);
    const told = value === undefined ? "none" : textOf(value);
    return { start: hour.start, value, told: `${spanText(hour.start, hour.start + HOUR)}: ${told}` };
  });
  const known = bars.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const most = known.length > 0 ? Math.max(...known) : 0;
  const first = hours[0]?.start;
  const highest = known.length === 0 || most === 0 ? "none yet" : `at most ${textOf(most)}`;
  return (
    <figure className="flex min-w-0 flex-col gap-1">
      <figcaption className="min-h-13">
        <span className="font-medium">{name}</span> <span className="text-12 text-muted">{unit}</span>
      </figcaption>
      <HourBars
        bars={bars}
        most={most}
        label={`${name}, hour by hour: ${highest}. The numbers stand in the table below.`}
      />
      <div className="flex justify-between gap-2 text-12 text-muted">
        <span>{first === undefined ? "" : instantText(first)}</span>
        <span>{highest}</span>
        <span>now</span>
      </div>
    </figure>
  );
}

"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { HourBars } from "../../_home/hour-bars";
import { useTRPC } from "../../_trpc/client";
import { Loaded } from "../../_trpc/loaded";
import type { DatasetSizes } from "../../_trpc/outputs";
import { Button } from "../../_ui/button";
import { Choice } from "../../_ui/field";
import { bytesText, countText, instantText, plural } from "../../_ui/format";
import { Panel } from "../../_ui/page";
import { Empty } from "../../_ui/states";
import { type Column, Table } from "../../_ui/table";

type Unit = "day" | "month";
type Bar = DatasetSizes["bars"][number];

/** How a dataset grows: rows, bytes and stations of its current files, by day or month. */
export function SizesPanel({ name }: { name: string }) {
  const trpc = useTRPC();
  const [unit, setUnit] = useState<Unit>("day");
  const [until, setUntil] = useState<number>();
  const sizes = useQuery({
    ...trpc.dataset.sizes.queryOptions({ name, unit, ...(until === undefined ? {} : { until }) }),
    placeholderData: keepPreviousData,
  });
  const { bars = [], earlier = false, later = false } = sizes.data ?? {};
  const [first, last] = [bars[0], bars.at(-1)];
  return (
    <Panel
      title="Size over time"
      note="Canonical files of the current revisions, by the time of their windows, UTC."
      action={
        <div className="flex flex-wrap items-end gap-2">
          <Choice
            label="By"
            value={unit}
            onChange={(chosen) => {
              setUnit(chosen as Unit);
              setUntil(undefined);
            }}
          >
            <option value="day">days</option>
            <option value="month">months</option>
          </Choice>
          <Button disabled={!earlier} onPress={() => first && setUntil(first.start)}>
            Earlier
          </Button>
          <Button
            disabled={!later}
            onPress={() => last && first && setUntil(last.end + (last.end - first.start))}
          >
            Later
          </Button>
          <Button disabled={until === undefined} onPress={() => setUntil(undefined)}>
            Newest
          </Button>
        </div>
      }
    >
      <Loaded query={sizes} skeleton={<div role="status" aria-label="Loading" className="skeleton h-32" />}>
        {(data) =>
          data === null ? (
            <Empty title="Nothing is built yet">
              Rows and bytes of each day stand here as soon as a window is built.
            </Empty>
          ) : (
            <Sizes bars={data.bars} unit={data.unit} />
          )
        }
      </Loaded>
    </Panel>
  );
}

function Sizes({ bars, unit }: { bars: readonly Bar[]; unit: Unit }) {
  const sum = (of: (bar: Bar) => number) => bars.reduce((total, bar) => total + of(bar), 0);
  const windows = sum((bar) => bar.windows);
  return (
    <div className="flex flex-col gap-3">
      <p>
        {windows === 0
          ? "No window of this time has an output."
          : `${plural(
              sum(({ rows }) => rows),
              "row",
            )} and ${bytesText(sum(({ bytes }) => bytes))} in ${plural(
              sum(({ files }) => files),
              "file",
            )} of ${plural(windows, "window")}; at most ${plural(Math.max(...bars.map(({ stations }) => stations)), "station")} in one of them.`}
      </p>
      <div className="grid gap-6 md:grid-cols-2">
        <Chart
          name="Rows"
          unit={unit}
          bars={bars}
          of={({ rows }) => rows}
          textOf={(rows) => plural(rows, "row")}
        />
        <Chart name="Bytes" unit={unit} bars={bars} of={({ bytes }) => bytes} textOf={bytesText} />
      </div>
      <details>
        <summary className="cursor-pointer text-13 text-accent">The numbers</summary>
        <div className="mt-2 overflow-x-auto">
          <Table
            label={`Size by ${unit}`}
            columns={columnsOf(unit)}
            rows={[...bars].reverse()}
            rowKey={({ start }) => String(start)}
          />
        </div>
      </details>
    </div>
  );
}

function columnsOf(unit: Unit): readonly Column<Bar>[] {
  return [
    { head: unit === "day" ? "Day (UTC)" : "Month (UTC)", cell: ({ start }) => timeText(start, unit) },
    { head: "Windows", number: true, cell: ({ windows }) => countText(windows) },
    { head: "Files", number: true, cell: ({ files }) => countText(files) },
    { head: "Rows", number: true, cell: ({ rows }) => countText(rows) },
    { head: "Size", number: true, cell: ({ bytes }) => bytesText(bytes) },
    { head: "Stations, most in a window", number: true, cell: ({ stations }) => countText(stations) },
  ];
}

function timeText(start: number, unit: Unit): string {
  return instantText(start).slice(0, unit === "day" ? 10 : 7);
}

function Chart({
  name,
  unit,
  bars,
  of,
  textOf,
}: {
  name: string;
  unit: Unit;
  bars: readonly Bar[];
  of: (bar: Bar) => number;
  textOf: (value: number) => string;
}) {
  const most = Math.max(...bars.map(of));
  const [first, last] = [bars[0], bars.at(-1)];
  return (
    <figure className="flex min-w-0 flex-col gap-1">
      <figcaption>
        <span className="font-medium">{name}</span> <span className="text-12 text-muted">a {unit}</span>
      </figcaption>
      <HourBars
        bars={bars.map((bar) => ({
          start: bar.start,
          // A day without any window is not a day of nothing.
          value: bar.windows === 0 ? undefined : of(bar),
          told: `${timeText(bar.start, unit)}: ${bar.windows === 0 ? "no window" : textOf(of(bar))}`,
        }))}
        most={most}
        label={`${name}, ${unit} by ${unit}: at most ${textOf(most)}. The numbers stand in the table below.`}
      />
      <div className="flex flex-wrap justify-between gap-x-2 text-12 whitespace-nowrap text-muted">
        <span>{first ? timeText(first.start, unit) : ""}</span>
        <span>{most === 0 ? "none yet" : `at most ${textOf(most)}`}</span>
        <span>{last ? `${timeText(last.start, unit)} UTC` : ""}</span>
      </div>
    </figure>
  );
}

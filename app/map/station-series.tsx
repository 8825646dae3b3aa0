"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { DAY, formatInstant, type Micros } from "../../server/observation/time";
import { ALONE } from "../_trpc/alone";
import { useTRPC } from "../_trpc/client";
import { Choice } from "../_ui/field";
import { spanText } from "../_ui/format";
import { SkeletonRows } from "../_ui/states";
import { unitOf } from "../datasets/[name]/column-table";
import type { Box } from "./reading/box";
import type { MapWorker } from "./reading/map-worker";
import type { Series } from "./reading/messages";
import { groupsToRead } from "./reading/plan-groups";
import { SeriesChart } from "./series-chart";
import { lineAt, placeOfLabel } from "./shown-labels";
import type { PointsOf } from "./use-points";
import { type Variable, variableText } from "./variable-text";

interface Subject {
  readonly worker: MapWorker | undefined;
  readonly points: PointsOf;
  readonly station: string;
  /** The day of the window, µs. */
  readonly day: Micros | undefined;
}

/** Degrees: a station that stands is put a little elsewhere now and then. */
const ASTRAY = 0.1;

/** The variable of a station over the day of the window, or over the window alone; which of them, the person chooses. */
export function StationSeries({
  variable,
  inWindow,
  ...subject
}: Subject & { readonly variable: Variable; readonly inWindow: Series }) {
  const { window } = subject.points;
  const [over, setOver] = useState<"day" | "window">("day");
  const day = subject.day ?? Math.floor(window.start / DAY) * DAY;
  const ofDay = useSeriesOfDay(subject, day, over === "day");
  const series = over === "day" ? ofDay : inWindow;
  const time = over === "day" ? { start: day, end: day + DAY } : window;
  return (
    <div className="mb-4 flex flex-col gap-2">
      <Choice label="Chart over" value={over} onChange={(value) => setOver(value as typeof over)}>
        <option value="day">the day {formatInstant(day).slice(0, 10)} (UTC)</option>
        <option value="window">the window {spanText(window.start, window.end)}</option>
      </Choice>
      {series === undefined ? (
        <SkeletonRows rows={2} label="Loading the chart" />
      ) : series === "failed" ? (
        <p role="alert" className="text-failed">
          The day could not be read. Choose the window, or the station again.
        </p>
      ) : (
        <SeriesChart {...series} window={time} unit={unitOf(variable)} label={variableText(variable)} />
      )}
    </div>
  );
}

/** What the worker reads of a station's day: of the row groups that hold its place, or, where it moves, of all. */
function useSeriesOfDay(
  { worker, points, station }: Subject,
  day: Micros,
  isWanted: boolean,
): Series | "failed" | undefined {
  const trpc = useTRPC();
  const [answer, setAnswer] = useState<{ readonly of: string; readonly is: Series | "failed" }>();
  const asked = { name: points.dataset, from: day, to: day + DAY };
  const { data: reading, isError } = useQuery({
    ...trpc.dataset.reading.queryOptions(asked, { trpc: { context: ALONE } }),
    enabled: isWanted,
  });
  const of = `${points.dataset} ${points.variable} ${station} ${day}`;
  useEffect(() => {
    if (!worker || !reading || !isWanted) return;
    let stale = false;
    const told = (is: Series | "failed") => {
      if (!stale) setAnswer({ of, is });
    };
    const line = lineAt(points.shown, placeOfLabel(points.shown, station));
    const around = line && !reading.mobile ? [boxRound(line.lon, line.lat)] : undefined;
    const time = { start: day, end: day + DAY };
    const groups = groupsToRead(reading.files, time, around);
    worker.ask("series", { label: station, groups, time }).then(told, () => told("failed"));
    return () => {
      stale = true;
    };
  }, [worker, reading, points, station, day, of, isWanted]);
  if (isError && reading === undefined) return "failed";
  return answer?.of === of ? answer.is : undefined;
}

function boxRound(lon: number, lat: number): Box {
  return [lon - ASTRAY, lat - ASTRAY, lon + ASTRAY, lat + ASTRAY];
}

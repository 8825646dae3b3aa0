"use client";

import { type Ref, useEffect, useState } from "react";
import type { Micros } from "../../server/observation/time";
import type { Dataset } from "../_trpc/outputs";
import { Button } from "../_ui/button";
import { plural, spanText } from "../_ui/format";
import { Instant } from "../_ui/instant";
import { Panel } from "../_ui/page";
import { SkeletonRows } from "../_ui/states";
import { Facts } from "../_ui/table";
import { unitOf } from "../datasets/[name]/column-table";
import type { MapWorker } from "./reading/map-worker";
import type { Answers, StationCell } from "./reading/messages";
import { StationSeries } from "./station-series";
import type { PointsOf } from "./use-points";
import { valueText } from "./value-text";
import { type Variable, variableText } from "./variable-text";

/** One station in the window that is shown: its values with their units, what is known of it, and the variable over time. */
export function StationPanel({
  worker,
  points,
  dataset,
  variable,
  station,
  day,
  target,
  onClose,
}: {
  worker: MapWorker | undefined;
  points: PointsOf | undefined;
  dataset: Dataset;
  variable: Variable;
  station: string | undefined;
  /** The day of the window, µs. */
  day: Micros | undefined;
  /** Where the focus is brought to. */
  target: Ref<HTMLElement>;
  onClose: () => void;
}) {
  const answer = useStation(worker, points, dataset, station);
  if (station === undefined)
    return (
      <Panel title="Station" target={target}>
        <p className="text-muted">
          Choose a station on the map or in the table: its values and what is known of it stand here.
        </p>
      </Panel>
    );
  return (
    <Panel
      title={`Station ${station}`}
      target={target}
      action={
        <Button look="quiet" onPress={onClose}>
          Close
        </Button>
      }
    >
      {answer === undefined || points === undefined ? (
        <SkeletonRows rows={4} label="Loading the station" />
      ) : answer === "failed" ? (
        <p role="alert" className="text-failed">
          The station's values could not be read. Choose it again.
        </p>
      ) : (
        <>
          <StationSeries
            worker={worker}
            points={points}
            variable={variable}
            station={station}
            day={day}
            inWindow={answer}
          />
          <StationFacts answer={answer} points={points} dataset={dataset} />
        </>
      )}
    </Panel>
  );
}

function StationFacts({
  answer,
  points,
  dataset,
}: {
  answer: Answers["station"];
  points: PointsOf;
  dataset: Dataset;
}) {
  const { times, newest } = answer;
  const { window } = points;
  if (times.length === 0)
    return (
      <p className="text-muted">
        Nothing came from this station in {spanText(window.start, window.end)}, or it is not where the map
        looks.
      </p>
    );
  const last = times.at(-1);
  const cells = new Map(newest.map((each) => [each.name, each]));
  const shown = (columns: readonly Variable[]) =>
    columns.map((column) => {
      const value = cells.get(points.reading.renamed[column.name] ?? column.name)?.value ?? null;
      return [variableText(column), <Cell key={column.name} column={column} value={value} />] as const;
    });
  const isThere = ({ name }: Variable) =>
    (cells.get(points.reading.renamed[name] ?? name)?.value ?? null) !== null;
  // Those of a map of another time stand here where this window has them.
  const columnsOf = (wanted: Variable["role"]) =>
    [...dataset.columns, ...dataset.otherColumns.filter(isThere)].filter(({ role }) => role === wanted);
  return (
    <div className="flex flex-col gap-4 [&_dt]:[overflow-wrap:anywhere]">
      <p className="text-12 text-muted">
        {plural(times.length, "observation")} in {spanText(window.start, window.end)}; the newest one is of{" "}
        <Instant at={last} />. Of each variable its newest value:
      </p>
      <Facts facts={shown(columnsOf("variable"))} />
      <Facts facts={shown(columnsOf("metadata"))} />
      <Facts
        facts={shown(dataset.columns.filter(({ role }) => role === "latitude" || role === "longitude"))}
      />
    </div>
  );
}

function Cell({ column, value }: { column: Variable; value: StationCell }) {
  if (value === null) return <span className="text-muted">○ missing</span>;
  if (typeof value === "number")
    return (
      <span title={String(value)}>
        {valueText(value, unitOf(column))}
        {unitOf(column) === "" ? <span className="text-muted"> (no unit declared)</span> : null}
      </span>
    );
  return value;
}

/** What the worker says of a station, asked again when the window or its revision changes. */
function useStation(
  worker: MapWorker | undefined,
  points: PointsOf | undefined,
  dataset: Dataset,
  station: string | undefined,
): Answers["station"] | "failed" | undefined {
  const [answer, setAnswer] = useState<{ of: string; is: Answers["station"] | "failed" }>();
  const renamed = points?.reading.renamed ?? {};
  const names = [...dataset.columns, ...dataset.otherColumns]
    .filter(({ role }) => role !== "time")
    .map(({ name }) => renamed[name] ?? name);
  const extra = names.join("\n");
  useEffect(() => {
    if (!worker || !points || station === undefined) return;
    let stale = false;
    const told = (is: Answers["station"] | "failed") => {
      if (!stale) setAnswer({ of: station, is });
    };
    worker.ask("station", { label: station, extra: extra.split("\n") }).then(told, () => told("failed"));
    return () => {
      stale = true;
    };
  }, [worker, points, station, extra]);
  return answer !== undefined && answer.of === station ? answer.is : undefined;
}

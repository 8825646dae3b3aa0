"use client";

import { useCallback } from "react";
import { formatInstant } from "../../server/observation/time";
import type { Dataset } from "../_trpc/outputs";
import { DayField } from "../_ui/day-field";
import { plural } from "../_ui/format";
import { Panel } from "../_ui/page";
import { unitOf } from "../datasets/[name]/column-table";
import { creditOf } from "./credit";
import { Legend } from "./legend";
import { UNSCALED } from "./map-address";
import { MapCanvas } from "./map-canvas";
import { MapNotice } from "./map-notice";
import { onDay } from "./on-day";
import { SavePicture } from "./save-picture";
import { TimePanel } from "./time-panel";
import { Tooltip } from "./tooltip";
import { type MapState, type MapSubject, useMapEvents } from "./use-map-state";
import type { PointsOf } from "./use-points";
import { variableText } from "./variable-text";

/** The picture with its time and its legend. */
export function PicturePanel({ subject, state }: { subject: MapSubject; state: MapState }) {
  const { dataset, variable, address, set } = subject;
  const { map, canvas, chosen, points, drawing } = state;
  const { under, events } = useMapEvents(state, set);
  const unit = unitOf(variable);
  return (
    <Panel
      title="Picture"
      note={<ReadNote points={state.failure ? undefined : points} busy={state.busy} />}
      action={
        <SavePicture map={map} points={points} drawing={drawing} dataset={dataset} variable={variable} />
      }
      flush
    >
      <div className="relative h-[420px] border-b md:h-[520px]">
        {canvas === "missing" ? null : (
          <MapCanvas
            map={map}
            view={address.view}
            shown={points?.shown}
            paint={drawing.paint}
            label={`Map of ${variableText(variable)} of ${dataset.name}. Arrow keys move it, plus and minus zoom. The table below has the same stations.`}
            events={events}
            onState={state.onState}
          />
        )}
        <MapNotice
          canvas={canvas}
          dataset={dataset}
          variable={variable}
          others={subject.others}
          onVariable={({ name }) => set({ ...UNSCALED, variable: name })}
          at={address.at}
          window={chosen}
          windows={state.list}
          reading={state.reading}
          points={state.isSeen ? points : undefined}
          failure={state.failure}
          onReload={state.reload}
        />
        <Tooltip under={under} shown={points?.shown} unit={unit} />
      </div>
      <div className="flex flex-col gap-3 p-3">
        <When subject={subject} state={state} />
        {drawing.range && drawing.counts ? (
          <Legend
            variable={variableText(variable)}
            unit={unit}
            scale={drawing.scale}
            range={drawing.range}
            counts={drawing.counts}
          />
        ) : null}
        <Sources dataset={dataset} />
      </div>
    </Panel>
  );
}

function When({ subject: { dataset, address, set }, state }: { subject: MapSubject; state: MapState }) {
  const { day, windows, chosen, isSeen, failure } = state;
  const choose = useCallback((at: number | undefined) => set({ at }), [set]);
  return (
    <div className="flex flex-wrap items-start gap-3">
      <DayField
        label="Day (UTC)"
        value={day === undefined ? "" : formatInstant(day).slice(0, 10)}
        onChange={(text) => set({ at: onDay(text, chosen?.start ?? day) })}
      />
      <div className="min-w-0 flex-1 basis-80 md:pt-5">
        <TimePanel
          key={dataset.name}
          windows={windows}
          chosen={chosen}
          isLatest={address.at === undefined}
          settled={isSeen || failure !== undefined}
          onChoose={choose}
        />
      </div>
    </div>
  );
}

/** Whom the picture is owed to. */
function Sources({ dataset }: { dataset: Dataset }) {
  return <p className="text-12 text-muted">Base map: Natural Earth. Data: {creditOf(dataset)}</p>;
}

/** What the picture is of: the revision, and how much of its files was read for it. */
function ReadNote({ points, busy }: { points: PointsOf | undefined; busy: boolean }) {
  if (points === undefined) return busy ? "Reading…" : "";
  const { shown, groups, ofGroups, reading, window } = points;
  const revision = reading.files
    .flatMap((file) => file.windows)
    .find(({ start }) => start === window.start)?.revision;
  const parts = [
    revision === undefined ? "" : `revision ${revision}`,
    `${plural(shown.observations, "observation")} of ${plural(shown.value.length, "station")}`,
    groups < ofGroups ? `${groups} of ${ofGroups} row groups read` : "",
  ];
  return `${parts.filter((part) => part !== "").join(", ")}${busy ? "; reading…" : ""}`;
}

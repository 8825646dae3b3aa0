"use client";

import { useEffect, useRef } from "react";
import { Panel } from "../_ui/page";
import { unitOf } from "../datasets/[name]/column-table";
import { PicturePanel } from "./picture-panel";
import { boxesOfView } from "./reading/box";
import type { StationLine } from "./reading/messages";
import { ScalePanel } from "./scale-panel";
import { StationPanel } from "./station-panel";
import { StationTable } from "./station-table";
import { type MapSubject, useMapState } from "./use-map-state";

/** The map of one dataset: the picture, the station that is looked at, colours and filters, and the stations as a table. */
export function DatasetMap(subject: MapSubject) {
  const { dataset, variable, address, set } = subject;
  const state = useMapState(subject);
  const { worker, points, drawing, bounds } = state;
  const unit = unitOf(variable);
  const panel = useRef<HTMLElement>(null);
  const awaited = useRef<string>(undefined);
  // Who chose a station in the table is brought to it, as soon as the panel has its name.
  useEffect(() => {
    if (awaited.current === undefined || awaited.current !== address.station) return;
    awaited.current = undefined;
    panel.current?.focus();
  }, [address.station]);
  const choose = ({ label }: StationLine) => {
    if (label === address.station) return panel.current?.focus();
    awaited.current = label;
    set({ station: label });
  };
  return (
    <>
      <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_320px] lg:items-start">
        <PicturePanel subject={subject} state={state} />
        <StationPanel
          key={dataset.name}
          worker={worker}
          points={points}
          dataset={dataset}
          variable={variable}
          station={address.station}
          day={state.day}
          target={panel}
          onClose={() => set({ station: undefined })}
        />
      </div>
      <ScalePanel
        address={address}
        scale={drawing.scale}
        range={drawing.range}
        unit={unit}
        bounds={bounds}
        set={set}
        onFit={() => {
          drawing.fit();
          set({ low: undefined, high: undefined });
        }}
      />
      {points ? (
        <StationTable
          key={dataset.name}
          worker={worker}
          points={points}
          filter={drawing.filter}
          boxes={bounds && boxesOfView(bounds)}
          unit={unit}
          station={address.station}
          onChoose={choose}
        />
      ) : (
        <Panel title="Stations in view">
          <p className="text-muted">
            {state.isNothing
              ? "There is no window at this time, and so no station."
              : "They stand here as soon as their window is read."}
          </p>
        </Panel>
      )}
    </>
  );
}

"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useRef, useState } from "react";
import { ALONE } from "../_trpc/alone";
import { useTRPC } from "../_trpc/client";
import type { Dataset } from "../_trpc/outputs";
import type { MapAddress } from "./map-address";
import type { CanvasState } from "./map-canvas";
import { type Box, boxesOfView } from "./reading/box";
import type { MapWorker } from "./reading/map-worker";
import { lineAt } from "./shown-labels";
import type { MapEvents, StationMap } from "./station-map";
import type { Under } from "./tooltip";
import { useDrawing } from "./use-drawing";
import { useFirstFit } from "./use-first-fit";
import { usePoints } from "./use-points";
import { useWindow } from "./use-window";
import type { Variable } from "./variable-text";

export interface MapSubject {
  /** The page's: it goes on where another dataset is chosen. */
  readonly worker: MapWorker | undefined;
  readonly dataset: Dataset;
  readonly variable: Variable;
  /** Columns of the same standard name, which other windows may have instead. */
  readonly others: readonly Variable[];
  readonly address: MapAddress;
  readonly set: (changed: Partial<MapAddress>) => void;
}

export type MapState = ReturnType<typeof useMapState>;

/** All that the parts of the map's page share: the window, its points, how they are drawn, and where the picture stands. */
export function useMapState({ worker, dataset, variable, address }: Omit<MapSubject, "set" | "others">) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const map = useRef<StationMap>(undefined);
  const [canvas, setCanvas] = useState<CanvasState>("starting");
  const [bounds, setBounds] = useState<Box>();
  const { day, list, windows, chosen, read: toRead } = useWindow(dataset, address.at);
  const window = toRead && { start: toRead.start, end: toRead.end };
  const reading = useQuery({
    ...trpc.dataset.reading.queryOptions(
      {
        name: dataset.name,
        from: window?.start ?? 0,
        to: window?.end ?? 0,
      },
      { trpc: { context: ALONE } },
    ),
    enabled: window !== undefined,
  });
  // Where nobody has moved the map it stands where the stations are, and all of them are read, while the picture is still being made.
  const boxes = address.view && bounds ? boxesOfView(bounds) : undefined;
  const wanted =
    window && reading.data && (canvas !== "starting" || !address.view)
      ? { dataset: dataset.name, variable: variable.name, window, reading: reading.data, boxes }
      : undefined;
  const { points: read, failure, busy, again } = usePoints(worker, wanted);
  const isWanted = read?.dataset === dataset.name && read.variable === variable.name;
  // Where there is nothing to be seen, what was seen before is not told of either.
  const isNothing = list.data !== undefined && chosen === undefined && toRead === undefined;
  const points = isWanted && !isNothing ? read : undefined;
  useFirstFit(map, {
    dataset: dataset.name,
    files: reading.data?.files,
    window,
    found: points?.shown.box,
    isPlaced: address.view !== undefined,
    canvas,
  });
  const drawing = useDrawing({ points, dataset: dataset.name, variable, address, day });
  const onState = useCallback((state: CanvasState) => {
    setCanvas(state);
    if (map.current) setBounds(map.current.bounds());
  }, []);
  const reload = async () => {
    await queries.invalidateQueries(trpc.dataset.reading.pathFilter());
    again();
  };
  return {
    worker,
    map,
    canvas,
    onState,
    /** What the map shows; undefined where there is no picture. */
    bounds: canvas === "ready" ? bounds : undefined,
    setBounds,
    day,
    list,
    windows,
    chosen,
    reading,
    points,
    /** There is no window at this time. */
    isNothing,
    drawing,
    failure,
    busy: busy || reading.isFetching,
    /** Whether the chosen window is what is seen. */
    isSeen: !busy && reading.data !== undefined && points?.window.start === window?.start,
    reload,
  };
}

/** What the picture tells: where it stands, what is under the pointer, which station was picked. */
export function useMapEvents({ points, setBounds }: MapState, set: MapSubject["set"]) {
  const [under, setUnder] = useState<Under>();
  const events = useMemo(
    (): MapEvents => ({
      moved: (view, seen, by) => {
        setBounds(seen);
        if (by === "person") set({ view });
      },
      over: (place, x, y) => setUnder(place === undefined ? undefined : { place, x, y }),
      picked: (place) => {
        const line = place === undefined || !points ? undefined : lineAt(points.shown, place);
        if (line) set({ station: line.label });
      },
    }),
    [set, setBounds, points],
  );
  return { under, events };
}

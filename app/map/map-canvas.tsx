"use client";

import "maplibre-gl/dist/maplibre-gl.css";
import "./map.css";
import { type RefObject, useEffect, useRef, useState } from "react";
import type { Paint } from "./points-layer";
import type { Shown } from "./reading/messages";
import type { MapEvents, StationMap, View } from "./station-map";
import { useScheme } from "./use-scheme";

/** `missing`: this browser has no WebGL 2, or the picture could not be made. */
export type CanvasState = "starting" | "ready" | "missing";

/** The picture. What it needs is loaded after the page; where it cannot be drawn it says so and the page goes on without. */
export function MapCanvas({
  map,
  view,
  shown,
  paint,
  label,
  events,
  onState,
}: {
  /** Filled while there is a picture. */
  map: RefObject<StationMap | undefined>;
  /** Where it begins. */
  view: View | undefined;
  shown: Shown | undefined;
  paint: Paint | undefined;
  label: string;
  events: MapEvents;
  onState: (state: CanvasState) => void;
}) {
  const container = useRef<HTMLDivElement>(null);
  const scheme = useScheme();
  const [made, setMade] = useState(false);
  const first = useRef({ view, scheme, events, onState });
  first.current = { ...first.current, events, onState };
  useEffect(() => {
    let ended = false;
    const start = async () => {
      if (!hasWebGl2()) throw new Error("no WebGL 2");
      const { StationMap } = await import("./station-map");
      const { current } = container;
      if (ended || !current) return;
      map.current = new StationMap(current, first.current.view, first.current.scheme, {
        moved: (...told) => first.current.events.moved(...told),
        over: (...told) => first.current.events.over(...told),
        picked: (...told) => first.current.events.picked(...told),
      });
      setMade(true);
      first.current.onState("ready");
    };
    start().catch(() => first.current.onState("missing"));
    return () => {
      ended = true;
      map.current?.end();
      map.current = undefined;
    };
  }, [map]);
  useEffect(() => {
    if (made) map.current?.setScheme(scheme);
  }, [made, map, scheme]);
  useEffect(() => {
    if (made) map.current?.show(shown);
  }, [made, map, shown]);
  useEffect(() => {
    if (made && paint) map.current?.setPaint(paint);
  }, [made, map, paint]);
  useEffect(() => {
    container.current
      ?.querySelector("canvas.maplibregl-canvas")
      ?.setAttribute("aria-label", made ? label : "Map");
  }, [made, label]);
  return <div ref={container} className="h-full w-full" data-map={made ? "made" : "starting"} />;
}

function hasWebGl2(): boolean {
  try {
    return document.createElement("canvas").getContext("webgl2") !== null;
  } catch {
    return false;
  }
}

"use client";

import { useCallback, useMemo, useState } from "react";
import { RIMS } from "./base-map";
import { colourRow, type ScaleName, scaleRange, usualScale } from "./colour-scale";
import { type LegendCounts, legendCounts } from "./legend-counts";
import type { MapAddress } from "./map-address";
import type { Paint } from "./points-layer";
import { type Range, roundedRange } from "./reading/fit-range";
import type { Filter } from "./reading/station-list";
import { placeOfLabel } from "./shown-labels";
import type { PointsOf } from "./use-points";
import { useScheme } from "./use-scheme";
import type { Variable } from "./variable-text";

export interface Drawing {
  readonly scale: ScaleName;
  /** undefined: all values are missing, and nobody has set the ends. */
  readonly range: Range | undefined;
  readonly filter: Filter;
  /** undefined: there are no points yet. */
  readonly counts: LegendCounts | undefined;
  readonly paint: Paint | undefined;
  /** Fits the ends to the values that are there now. */
  readonly fit: () => void;
}

/**
 * How points are drawn. The scale is fitted once for a variable and a day, so that the same colour is the same value from window to window; it is
 * fitted again when somebody asks for it.
 */
export function useDrawing({
  points,
  dataset,
  variable,
  address,
  day,
}: {
  points: PointsOf | undefined;
  dataset: string;
  variable: Variable;
  address: MapAddress;
  day: number | undefined;
}): Drawing {
  const scheme = useScheme();
  const scale = address.scale ?? usualScale(variable.standardName);
  const [fitted, setFitted] = useState<{ of: string; range: Range }>();
  const of = `${dataset} ${variable.name} ${day}`;
  const shown = points?.shown;
  // At once, and not by the next drawing: points would be drawn with the scale of what was there before.
  if (shown?.fit && fitted?.of !== of) setFitted({ of, range: roundedRange(shown.fit) });
  const fit = useCallback(() => {
    if (shown?.fit) setFitted({ of, range: roundedRange(shown.fit) });
  }, [shown, of]);
  const { low, high, box, min, max, station } = address;
  const range = useMemo(() => {
    if (low !== undefined && high !== undefined && low < high) return { low, high };
    return fitted && scaleRange(scale, fitted.range);
  }, [low, high, fitted, scale]);
  const filter = useMemo(() => ({ box, min, max }), [box, min, max]);
  const colours = useMemo(() => colourRow(scale), [scale]);
  const chosen = useMemo(
    () => (shown && station !== undefined ? placeOfLabel(shown, station) : -1),
    [shown, station],
  );
  const counts = useMemo(() => shown && legendCounts(shown, filter, range), [shown, filter, range]);
  const paint = useMemo(
    // Of missing values alone the rings are drawn, whatever the range.
    () => ({ colours, range: range ?? { low: 0, high: 1 }, ...filter, rim: RIMS[scheme], chosen }),
    [colours, range, filter, scheme, chosen],
  );
  return { scale, range, filter, counts, paint, fit };
}

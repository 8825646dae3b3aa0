"use client";

import { type RefObject, useEffect, useRef } from "react";
import type { Interval } from "../../server/observation/interval";
import type { CanvasState } from "./map-canvas";
import type { Box } from "./reading/box";
import { boxOfGroups, type PlannedFile } from "./reading/plan-groups";
import type { StationMap } from "./station-map";

/** Of the box's width or height: what is less than this aside is not worth another move. */
const ASIDE = 0.01;

/**
 * Shows where a dataset's stations are, once, unless somebody has said where to look: where its files say that they are as soon as that is known, so
 * that land is drawn while the rows are read; then, where that was somewhere else, where they are.
 */
export function useFirstFit(
  map: RefObject<StationMap | undefined>,
  {
    dataset,
    files,
    window,
    found,
    isPlaced,
    canvas,
  }: {
    dataset: string;
    /** What is being read; undefined while that is not known. */
    files: readonly PlannedFile[] | undefined;
    window: Interval | undefined;
    /** Where the points are. */
    found: Box | undefined;
    isPlaced: boolean;
    canvas: CanvasState;
  },
): void {
  const done = useRef<{ readonly dataset: string; readonly box: Box; readonly isFound: boolean }>(undefined);
  const [start, end] = [window?.start ?? 0, window?.end ?? 0];
  useEffect(() => {
    if (isPlaced || canvas !== "ready" || !map.current) return;
    const box = found ?? (files && boxOfGroups(files, { start, end }));
    if (!box) return;
    const before = done.current?.dataset === dataset ? done.current : undefined;
    if (before?.isFound) return;
    done.current = { dataset, box, isFound: found !== undefined };
    if (before === undefined || isAside(before.box, box)) map.current.fit(box);
  }, [map, dataset, files, start, end, found, isPlaced, canvas]);
}

function isAside(a: Box, b: Box): boolean {
  const slack = Math.max(b[2] - b[0], b[3] - b[1]) * ASIDE;
  return a.some((edge, side) => Math.abs(edge - (b[side] ?? edge)) > slack);
}

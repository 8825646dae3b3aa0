"use client";

import { ChevronLeft, ChevronRight, Minus, Plus } from "lucide-react";
import type { Micros } from "../../../server/observation/time";
import { Button } from "../../_ui/button";
import { durationText } from "../../_ui/format";
import type { Move } from "./use-grid-time";
import { type GridTime, movedBy, spanOf, ZOOMS, zoomedBy, zoomedRound } from "./view";

/** Zoom, the way through time, and the way back to now. */
export function GridTools({
  time,
  now,
  pivot,
  move,
}: {
  time: GridTime;
  now: Micros;
  /** What stays in its place: the cursor's cell, if it is in sight. */
  pivot: Micros | undefined;
  move: (time: GridTime, how: Move) => void;
}) {
  const { start, end } = spanOf(time, now);
  const length = end - start;
  const step = (direction: -1 | 1) => move(movedBy(time, (direction * length) / 2, now), "step");
  const zoom = (direction: -1 | 1) => move(zoomedBy(time, direction, pivot, now), "step");
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <Button label="Earlier" onPress={() => step(-1)}>
        <ChevronLeft aria-hidden="true" className="size-4" />
      </Button>
      <Button label="Later" onPress={() => step(1)}>
        <ChevronRight aria-hidden="true" className="size-4" />
      </Button>
      <Button disabled={"last" in time} onPress={() => move({ last: length }, "step")}>
        Now
      </Button>
      <Button label="Zoom out" disabled={length >= (ZOOMS.at(-1)?.[0] ?? 0)} onPress={() => zoom(-1)}>
        <Minus aria-hidden="true" className="size-4" />
      </Button>
      <Button label="Zoom in" disabled={length <= (ZOOMS[0]?.[0] ?? 0)} onPress={() => zoom(1)}>
        <Plus aria-hidden="true" className="size-4" />
      </Button>
      <select
        aria-label="Length of time shown"
        value={ZOOMS.some(([each]) => each === length) ? length : ""}
        onChange={(event) => move(zoomedRound(time, Number(event.target.value), pivot, now), "step")}
        className="h-8 cursor-pointer rounded border border-edge bg-panel px-2 text-13"
      >
        {ZOOMS.some(([each]) => each === length) ? null : <option value="">{durationText(length)}</option>}
        {ZOOMS.map(([each, words]) => (
          <option key={each} value={each}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}

"use client";

import { ChevronLeft, ChevronRight, Minus, Plus } from "lucide-react";
import { memo } from "react";
import type { Micros } from "../../../server/observation/time";
import { Button } from "../../_ui/button";
import { durationText } from "../../_ui/format";
import type { Move } from "./use-grid-time";
import { useLatest } from "./use-latest";
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
  const press = useLatest((key: Key) => move(pressed(key, { time, now, pivot, length }), "step"));
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <Keys
        live={"last" in time}
        furthest={length >= (ZOOMS.at(-1)?.[0] ?? 0)}
        nearest={length <= (ZOOMS[0]?.[0] ?? 0)}
        onPress={press}
      />
      <select
        aria-label="Length of time shown"
        value={ZOOMS.some(([each]) => each === length) ? length : ""}
        onChange={(event) => move(zoomedRound(time, Number(event.target.value), pivot, now), "step")}
        className="h-8 cursor-pointer rounded border border-edge bg-panel px-2 text-13"
      >
        {ZOOMS.some(([each]) => each === length) ? null : <option value="">{durationText(length)}</option>}
        <Lengths />
      </select>
    </div>
  );
}

type Key = "earlier" | "later" | "now" | "out" | "in";

function pressed(
  key: Key,
  { time, now, pivot, length }: { time: GridTime; now: Micros; pivot: Micros | undefined; length: Micros },
): GridTime {
  switch (key) {
    case "earlier":
      return movedBy(time, -length / 2, now);
    case "later":
      return movedBy(time, length / 2, now);
    case "now":
      return { last: length };
    case "out":
      return zoomedBy(time, -1, pivot, now);
    case "in":
      return zoomedBy(time, 1, pivot, now);
  }
}

const Keys = memo(function Keys({
  live,
  furthest,
  nearest,
  onPress,
}: {
  /** Whether the view is one up to now. */
  live: boolean;
  furthest: boolean;
  nearest: boolean;
  onPress: (key: Key) => void;
}) {
  return (
    <>
      <Button label="Earlier" onPress={() => onPress("earlier")}>
        <ChevronLeft aria-hidden="true" className="size-4" />
      </Button>
      <Button label="Later" onPress={() => onPress("later")}>
        <ChevronRight aria-hidden="true" className="size-4" />
      </Button>
      <Button disabled={live} onPress={() => onPress("now")}>
        Now
      </Button>
      <Button label="Zoom out" disabled={furthest} onPress={() => onPress("out")}>
        <Minus aria-hidden="true" className="size-4" />
      </Button>
      <Button label="Zoom in" disabled={nearest} onPress={() => onPress("in")}>
        <Plus aria-hidden="true" className="size-4" />
      </Button>
    </>
  );
});

const Lengths = memo(function Lengths() {
  return ZOOMS.map(([each, words]) => (
    <option key={each} value={each}>
      {words}
    </option>
  ));
});

"use client";

import type { Interval } from "../../../server/observation/interval";
import type { Micros } from "../../../server/observation/time";
import { instantText } from "../../_ui/format";
import { ROW_PX } from "./paint";
import type { GridRow } from "./picture";
import type { Move } from "./use-grid-time";
import { type GridTime, movedTo } from "./view";

/** Of rows without a cell in sight: where their windows are, and the way there. */
export function FarAway({
  rows,
  span,
  time,
  now,
  move,
}: {
  rows: readonly GridRow[];
  span: Interval;
  time: GridTime;
  now: Micros;
  move: (time: GridTime, how: Move) => void;
}) {
  return rows.map(({ dataset, first, last, runs }, place) => {
    const inSight = runs.some((run) => run.start < span.end && run.start + run.cells * run.each > span.start);
    if (inSight) return null;
    if (first === undefined || last === undefined)
      return (
        <p key={dataset} className={LOOK} style={{ top: place * ROW_PX, height: ROW_PX - 1 }}>
          no windows yet
        </p>
      );
    const before = last <= span.start;
    const to = before ? last : first;
    // Between its first and its last: a hole, which says of itself that nothing is there.
    if (!before && first < span.end) return null;
    return (
      <p key={dataset} className={LOOK} style={{ top: place * ROW_PX, height: ROW_PX - 1 }}>
        <button
          type="button"
          className="link cursor-pointer bg-panel px-1 whitespace-nowrap"
          onClick={() => move(movedTo(time, { start: to - 1, end: to + 1 }, now), "step")}
        >
          {before ? "← last" : "first"} {instantText(to)}
          {before ? "" : " →"}
          <span className="sr-only"> of {dataset}</span>
        </button>
      </p>
    );
  });
}

const LOOK =
  "pointer-events-none absolute left-1 flex items-center px-1 text-12 text-muted *:pointer-events-auto";

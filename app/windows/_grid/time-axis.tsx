"use client";

import type { Interval } from "../../../server/observation/interval";
import type { Micros } from "../../../server/observation/time";
import { axisTitle, type Tick } from "./axis";

/** The time above the grid, in UTC. Its text is in every cell's name: readers are not told it twice. */
export function TimeAxis({
  span,
  ticks,
  width,
  now,
}: {
  span: Interval;
  ticks: readonly Tick[];
  width: number;
  now: Micros;
}) {
  const left = (at: Micros) => ((at - span.start) / (span.end - span.start)) * width;
  const nowLeft = left(now);
  return (
    <div aria-hidden="true" className="relative h-11 overflow-hidden text-12 text-muted select-none">
      <span className="absolute top-1 left-1 font-medium">{axisTitle(span)}</span>
      {nowLeft > 0 && nowLeft < width ? (
        <span
          className="absolute top-1 font-medium text-ink"
          style={nowLeft > width - 40 ? { right: Math.max(4, width - nowLeft - 12) } : { left: nowLeft - 12 }}
        >
          now
        </span>
      ) : null}
      {ticks.map(({ at, text, major }) => {
        const x = left(at);
        // What would be cut off at an edge is left out.
        if (x < 0 || x > width - 40) return null;
        return (
          <span
            key={at}
            className={`absolute bottom-0 border-l border-edge/60 pb-0.5 pl-1 whitespace-nowrap ${major ? "font-medium text-ink" : ""}`}
            style={{ left: x }}
          >
            {text}
          </span>
        );
      })}
    </div>
  );
}

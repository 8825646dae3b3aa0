"use client";

import type { WindowLine } from "../../_trpc/outputs";
import { countText, plural, spanText } from "../../_ui/format";
import { Words } from "../../_ui/instant";
import { Mark } from "../../_ui/mark";
import { AGAIN, STALE, WINDOW_STATES } from "../window-state";
import { HoleMark } from "./hole-mark";
import { NOTHING_COLLECTED } from "./paint-holes";
import { type Cell, isOfSeveral, windowsOf } from "./picture";

const WIDTH = 304;
/** Room that it may need; where there is less below, it stands above. */
const ROOM = 190;

/** What a cell is, beside it. Readers are told the same by the cell's name and the line that speaks. */
export function CellTip({
  cell,
  detail,
  at,
}: {
  cell: Cell;
  detail: WindowLine | undefined;
  /** The cell on the screen, px. */
  at: { readonly left: number; readonly top: number; readonly bottom: number };
}) {
  const left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - WIDTH - 8));
  const above = at.bottom + ROOM > window.innerHeight;
  const windows = windowsOf(cell.parts);
  return (
    <div
      aria-hidden="true"
      className="pointer-events-none fixed z-20 flex flex-col gap-1 rounded border border-edge bg-panel px-3 py-2 text-13"
      style={{
        left,
        width: WIDTH,
        ...(above ? { bottom: window.innerHeight - at.top + 6 } : { top: at.bottom + 6 }),
      }}
    >
      <p className="font-medium break-words">{cell.dataset}</p>
      <p className="text-muted">{spanText(cell.start, cell.end)}</p>
      {cell.hole ? (
        <>
          <p className="flex items-center gap-1.5 font-medium text-muted">
            <HoleMark />
            {NOTHING_COLLECTED}
          </p>
          <p>
            No delivery covers this time; a click{" "}
            {isOfSeveral(cell) ? "zooms in" : "says who may bring it, and offers to collect it"}.
          </p>
        </>
      ) : null}
      {windows > 1 ? <p>{plural(windows, "window")}; a click zooms in</p> : null}
      <ul className="flex flex-wrap gap-x-3">
        {cell.parts.map((part) => (
          <li key={part.state} className="flex items-center gap-1.5">
            <Mark {...WINDOW_STATES[part.state]} />
            {windows === 1 ? null : countText(part.windows)}
            {part.stale > 0 ? <Mark {...STALE} /> : null}
            {part.again > 0 ? <Mark {...AGAIN} /> : null}
          </li>
        ))}
      </ul>
      {detail ? (
        <>
          <p className="break-words">
            <Words text={detail.reason} />
          </p>
          {detail.revision === undefined ? null : (
            <p className="text-muted">
              {plural(detail.rows, "row")} of {plural(detail.stations, "station")}, revision {detail.revision}
            </p>
          )}
        </>
      ) : null}
    </div>
  );
}

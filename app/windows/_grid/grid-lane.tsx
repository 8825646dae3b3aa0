"use client";

import { type RefObject, useCallback, useId, useMemo, useState } from "react";
import type { Interval } from "../../../server/observation/interval";
import type { Micros } from "../../../server/observation/time";
import type { WindowLine } from "../../_trpc/outputs";
import { countText, plural } from "../../_ui/format";
import type { Tick } from "./axis";
import { CellTip } from "./cell-tip";
import { cellWords } from "./cell-words";
import { FarAway } from "./far-away";
import { GridCanvas } from "./grid-canvas";
import { ROW_PX } from "./paint";
import { type Cell, cellNear, cellUpTo, type GridRow, type Reach } from "./picture";
import type { Selection, SelectionStep } from "./selection";
import { useCellDetail } from "./use-cell-detail";
import { useGridKeys } from "./use-grid-keys";
import { useGridPointer } from "./use-grid-pointer";
import type { Move } from "./use-grid-time";
import type { GridTime } from "./view";

export interface LaneProps {
  readonly lane: RefObject<HTMLDivElement | null>;
  readonly rows: readonly GridRow[];
  readonly filter: Reach;
  readonly span: Interval;
  readonly known: Interval;
  readonly ticks: readonly Tick[];
  readonly width: number;
  /** What of the rows is in sight, px. */
  readonly scrolled: { readonly top: number; readonly height: number };
  readonly time: GridTime;
  readonly now: Micros;
  readonly selection: Selection;
  readonly step: (step: SelectionStep) => void;
  readonly move: (time: GridTime, how: Move) => void;
  /** Goes to the window of a cell; nearer, where it is of several. */
  readonly open: (cell: Cell) => void;
  /** Zooms in on a cell; of a hole on an instant in it. */
  readonly near: (cell: Cell, at?: Micros) => void;
}

/** The cells: painted for the eye, and for readers one cell at a time, that of the cursor. */
export function GridLane(props: LaneProps) {
  const { lane, rows, width, selection } = props;
  const [focused, setFocused] = useState(false);
  const keysId = useId();
  const cursor = cursorCell(props);
  const { hover, handlers } = useGridPointer(props);
  const onKeyDown = useGridKeys({ ...props, cursor });
  const looked = hover ?? (focused && selection.cursor ? cursor : undefined);
  const detail = useCellDetail(looked);
  const place = looked && boxOf(looked, props);
  const { corner, measure } = useCorner(props.scrolled.top);
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a table of 175,000 cells is what this stands for */}
      <div
        ref={lane}
        role="grid"
        tabIndex={0}
        aria-label="Windows by dataset and time"
        aria-describedby={keysId}
        aria-multiselectable="true"
        aria-rowcount={rows.length}
        aria-activedescendant="grid-cursor"
        onKeyDown={(event) => {
          measure(event.currentTarget);
          onKeyDown(event);
        }}
        onFocus={(event) => {
          measure(event.currentTarget);
          setFocused(true);
        }}
        onPointerMoveCapture={(event) => measure(event.currentTarget)}
        onBlur={() => setFocused(false)}
        {...handlers}
        className="relative cursor-pointer touch-pan-y select-none -outline-offset-2"
        style={{ height: rows.length * ROW_PX }}
      >
        <div className="sticky top-0">
          <Canvas {...props} />
        </div>
        <CursorCell {...props} cursor={cursor} shown={focused && selection.cursor !== undefined} />
      </div>
      <p id={keysId} className="sr-only">
        Arrows move, Shift and arrows extend the selection, Space selects, Shift and Space select the row,
        Escape clears, Enter opens, plus and minus zoom, Page Up and Page Down move through time, N goes to
        now.
      </p>
      <p role="status" aria-label="Cell" className="sr-only">
        {looked && !hover && detail ? detailWords(detail) : ""}
      </p>
      {looked && place && corner && width > 0 && place.left < width && place.left + place.width > 0 ? (
        <CellTip
          cell={looked}
          detail={detail}
          at={{
            left: corner.left + Math.max(0, place.left),
            top: corner.top + place.top,
            bottom: corner.top + place.top + ROW_PX,
          }}
        />
      ) : null}
      <FarAway {...props} />
    </>
  );
}

/**
 * Where the rows begin on the screen, px, as it was when somebody last pointed or pressed a key: asked for while the page is drawn, the browser
 * would have to lay out the whole page for it.
 * @param scrolled how far the rows are scrolled, px
 */
function useCorner(scrolled: number) {
  const [origin, setOrigin] = useState<{ readonly left: number; readonly top: number }>();
  const measure = useCallback(
    (element: Element) => {
      const box = element.getBoundingClientRect();
      const [left, top] = [box.left, box.top + scrolled];
      setOrigin((last) => (last?.left === left && last.top === top ? last : { left, top }));
    },
    [scrolled],
  );
  return { corner: origin && { left: origin.left, top: origin.top - scrolled }, measure };
}

/** Where the cursor stands: the cell of now that holds what it held, or the newest cell in sight. */
function cursorCell({ rows, filter, span, selection }: LaneProps): Cell | undefined {
  const held = selection.cursor;
  const row = held && rows.find(({ dataset }) => dataset === held.dataset);
  if (held && row) return cellNear(row, held.start, filter);
  for (const each of rows) {
    const cell = cellUpTo(each, span.end, filter);
    if (cell && cell.end > span.start) return cell;
  }
  return undefined;
}

function boxOf(cell: Cell, { rows, span, width }: LaneProps) {
  const scale = width / (span.end - span.start);
  const left = Math.max(-2, (cell.start - span.start) * scale);
  const right = Math.min(width + 2, (cell.end - span.start) * scale);
  const row = rows.findIndex(({ dataset }) => dataset === cell.dataset);
  return { left, width: Math.max(2, right - left), top: row * ROW_PX };
}

function Canvas({ rows, filter, span, known, ticks, width, scrolled, now, selection }: LaneProps) {
  const first = Math.max(0, Math.floor(scrolled.top / ROW_PX));
  const last = Math.ceil((scrolled.top + scrolled.height) / ROW_PX);
  const inSight = useMemo(() => rows.slice(first, last), [rows, first, last]);
  return (
    <GridCanvas
      shown={{
        rows: inSight,
        top: first * ROW_PX - scrolled.top,
        width,
        height: scrolled.height,
        span,
        known,
        ticks,
        filter,
        selection: selection.ranges,
        now,
      }}
    />
  );
}

/** The one cell that is in the page: the grid's active one. It stands where the picture has it. */
function CursorCell(props: LaneProps & { cursor: Cell | undefined; shown: boolean }) {
  const { cursor, shown, rows, selection } = props;
  const row = Math.max(
    0,
    rows.findIndex(({ dataset }) => dataset === cursor?.dataset),
  );
  const place = cursor && boxOf(cursor, props);
  const isSelected =
    cursor !== undefined &&
    selection.ranges.some(
      ({ dataset, start, end }) => dataset === cursor.dataset && start <= cursor.start && cursor.end <= end,
    );
  return (
    // biome-ignore lint/a11y/useSemanticElements: of that table the one row and cell that are in the page
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names the cell its active one
    <div role="row" aria-rowindex={row + 1}>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names this cell its active one */}
      <div
        id="grid-cursor"
        role="gridcell"
        aria-label={cursor ? cellWords(cursor) : "no windows in this span"}
        aria-selected={isSelected}
        className={`pointer-events-none absolute rounded ${shown ? "outline-2 outline-offset-1 outline-ink" : ""}`}
        style={{ ...place, height: ROW_PX - 1, top: place?.top ?? 0 }}
      />
    </div>
  );
}

function detailWords(detail: WindowLine): string {
  const rows =
    detail.revision === undefined
      ? ""
      : `; ${plural(detail.rows, "row")} of ${plural(detail.stations, "station")}, revision ${countText(detail.revision)}`;
  return `${detail.reason}${rows}`;
}

"use client";

import { type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";
import type { Interval } from "../../../server/observation/interval";
import type { Micros } from "../../../server/observation/time";
import { ROW_PX } from "./paint";
import { type Cell, cellNear, type GridRow, holeCellAt, isOfSeveral, type Reach, rectangle } from "./picture";
import type { SelectionStep } from "./selection";
import type { Move } from "./use-grid-time";
import { type GridTime, movedBy, zoomedTo } from "./view";

/** What moves less than this is a click. */
const SLACK_PX = 4;
/** A cell narrower than this cannot be told from the next one by a hand: a click on it goes nearer. It is hit from this far away. */
const FINGERTIP_PX = 4;
/** How much a turn of the wheel zooms. */
const WHEEL = 0.0025;

export interface GridPointer {
  readonly lane: RefObject<HTMLElement | null>;
  readonly rows: readonly GridRow[];
  readonly filter: Reach;
  readonly span: Interval;
  readonly width: number;
  readonly time: GridTime;
  readonly now: Micros;
  readonly step: (step: SelectionStep) => void;
  readonly move: (time: GridTime, how: Move) => void;
  readonly open: (cell: Cell) => void;
  readonly near: (cell: Cell, at?: Micros) => void;
}

interface Press {
  readonly row: number;
  readonly at: Micros;
  readonly x: number;
  readonly y: number;
  readonly cell: Cell | undefined;
  readonly add: boolean;
  readonly touch: boolean;
  /** A click until it has moved. */
  moved: boolean;
}

/**
 * A mouse drags a selection over the cells and opens what it clicks; a finger moves the view, and two zoom it; the wheel moves it sideways and,
 * with Ctrl or pinched, zooms.
 */
export function useGridPointer(grid: GridPointer) {
  const [hover, setHover] = useState<Cell>();
  const press = useRef<Press>(undefined);
  const fingers = useRef(new Map<number, { readonly x: number; readonly y: number }>());
  const latest = useRef(grid);
  latest.current = grid;
  useWheel(latest);

  const pixel = (grid.span.end - grid.span.start) / grid.width;
  const cellBeside = (row: GridRow, at: Micros) => {
    const reach = FINGERTIP_PX * pixel;
    const found = cellNear(row, at, { ...grid.filter, apart: undefined });
    const cell = found && found.start - reach <= at && at < found.end + reach ? found : undefined;
    const hit = cell && cell.start <= at && at < cell.end;
    if (hit || (cell && cell.end - cell.start < reach)) return cell;
    // Beside a wide cell a hole is what is pointed at; a narrow one is easier to hit than what is round it.
    return holeCellAt(row, at, grid.filter) ?? cell;
  };
  const placeOf = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const { span, width, rows } = grid;
    const at = span.start + (x / width) * (span.end - span.start);
    const row = Math.max(0, Math.min(rows.length - 1, Math.floor(y / ROW_PX)));
    const found = rows[row];
    return { x, y, at, row, cell: found && cellBeside(found, at) };
  };

  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    const { x, y, at, row, cell } = placeOf(event);
    const touch = event.pointerType === "touch";
    event.currentTarget.setPointerCapture(event.pointerId);
    fingers.current.set(event.pointerId, { x, y });
    const add = event.shiftKey || event.ctrlKey || event.metaKey;
    press.current = { row, at, x, y, cell, add, touch, moved: fingers.current.size > 1 };
    if (touch) return;
    setHover(undefined);
    grid.step({ kind: "go", to: cell });
  };

  const onPointerMove = (event: PointerEvent) => {
    const { x, y, at, row, cell } = placeOf(event);
    const pressed = press.current;
    if (!pressed) return event.pointerType === "touch" ? undefined : setHover(cell);
    if (!pressed.moved && Math.hypot(x - pressed.x, y - pressed.y) < SLACK_PX) return;
    pressed.moved = true;
    if (pressed.touch) return touched(grid, fingers.current, event.pointerId, { x, y });
    const span = { start: Math.min(at, pressed.at), end: Math.max(at, pressed.at) + 1 };
    const over = rectangle(grid.rows, pressed.row, row, span);
    grid.step({ kind: "drag", to: cell, over, shift: pressed.add });
  };

  const onPointerUp = (event: PointerEvent) => {
    const pressed = press.current;
    fingers.current.delete(event.pointerId);
    if (fingers.current.size > 0) return;
    press.current = undefined;
    if (!pressed || pressed.moved || !pressed.cell) return;
    if (pressed.add) grid.step({ kind: "toggle", ranges: [pressed.cell] });
    else if (pressed.cell.end - pressed.cell.start < FINGERTIP_PX * pixel || isOfSeveral(pressed.cell))
      grid.near(pressed.cell, pressed.cell.hole && pressed.at);
    else grid.open(pressed.cell);
  };

  const onPointerCancel = () => {
    fingers.current.clear();
    press.current = undefined;
  };

  const onPointerLeave = () => setHover(undefined);
  return { hover, handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel, onPointerLeave } };
}

/** One finger moves the view along, two hold the instants that they are on. */
function touched(
  { span, width, time, now, move }: GridPointer,
  fingers: Map<number, { readonly x: number; readonly y: number }>,
  id: number,
  next: { readonly x: number; readonly y: number },
): void {
  const last = fingers.get(id);
  const other = [...fingers].find(([each]) => each !== id)?.[1];
  if (!last) return;
  fingers.set(id, next);
  const length = span.end - span.start;
  if (!other) {
    move(movedBy(time, ((last.x - next.x) / width) * length, now), "glide");
    return;
  }
  const [before, after] = [Math.abs(last.x - other.x), Math.abs(next.x - other.x)];
  if (before < 8 || after < 8) return;
  const pivot = span.start + ((next.x + other.x) / 2 / width) * length;
  move(zoomedTo(time, (length * before) / after, pivot, now), "glide");
}

/** React listens to wheels without a say in what the page does with them, so this does. */
function useWheel(latest: RefObject<GridPointer>): void {
  useEffect(() => {
    const element = latest.current.lane.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      const { span, width, time, now, move } = latest.current;
      const length = span.end - span.start;
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const x = event.clientX - element.getBoundingClientRect().left;
        const factor = Math.exp(Math.max(-200, Math.min(200, event.deltaY)) * WHEEL);
        move(zoomedTo(time, length * factor, span.start + (x / width) * length, now), "glide");
        return;
      }
      const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
      if (Math.abs(sideways) < Math.abs(event.shiftKey ? 0 : event.deltaY)) return;
      if (sideways === 0) return;
      event.preventDefault();
      move(movedBy(time, (sideways / width) * length, now), "glide");
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [latest]);
}

"use client";

import type { KeyboardEvent } from "react";
import type { Interval } from "../../../server/observation/interval";
import type { Micros } from "../../../server/observation/time";
import { type Cell, cellFrom, cellNear, cellUpTo, type GridRow, type Reach, rectangle } from "./picture";
import type { Selection, SelectionStep } from "./selection";
import type { Move } from "./use-grid-time";
import { type GridTime, movedBy, movedTo, zoomedBy } from "./view";

/** What the grid is told of, and what it can ask for, when a key is pressed. */
export interface GridKeys {
  readonly rows: readonly GridRow[];
  readonly filter: Reach;
  readonly span: Interval;
  readonly time: GridTime;
  readonly now: Micros;
  readonly selection: Selection;
  /** Where the cursor stands; before it was moved, the newest cell in sight. */
  readonly cursor: Cell | undefined;
  readonly step: (step: SelectionStep) => void;
  readonly move: (time: GridTime, how: Move) => void;
  readonly open: (cell: Cell) => void;
}

/** @returns what a key does; a key that does nothing here is left to the page */
export function useGridKeys(grid: GridKeys) {
  return (event: KeyboardEvent) => {
    if (event.altKey) return;
    const act = event.ctrlKey || event.metaKey ? WITH_CONTROL[event.key.toLowerCase()] : KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act(grid, event.shiftKey);
  };
}

type Act = (grid: GridKeys, shift: boolean) => void;

const KEYS: Readonly<Record<string, Act>> = {
  ArrowLeft: (grid, shift) => sideways(grid, -1, shift),
  ArrowRight: (grid, shift) => sideways(grid, 1, shift),
  ArrowUp: (grid, shift) => upDown(grid, -1, shift),
  ArrowDown: (grid, shift) => upDown(grid, 1, shift),
  Home: (grid, shift) => toEdge(grid, "start", shift),
  End: (grid, shift) => toEdge(grid, "end", shift),
  PageUp: (grid) => page(grid, -1),
  PageDown: (grid) => page(grid, 1),
  "+": (grid) => zoom(grid, 1),
  "=": (grid) => zoom(grid, 1),
  "-": (grid) => zoom(grid, -1),
  _: (grid) => zoom(grid, -1),
  n: ({ span, move }) => move({ last: span.end - span.start }, "step"),
  " ": (grid, shift) => (shift ? wholeRow(grid) : toggle(grid)),
  Enter: ({ cursor, open }) => cursor && open(cursor),
  Escape: ({ step }) => step({ kind: "clear" }),
};

const WITH_CONTROL: Readonly<Record<string, Act>> = {
  a: ({ rows, span, step }) => step({ kind: "select", ranges: rectangle(rows, 0, rows.length - 1, span) }),
};

function rowOf({ rows, cursor }: GridKeys): number {
  return Math.max(
    0,
    rows.findIndex(({ dataset }) => dataset === cursor?.dataset),
  );
}

/** Moves the cursor, and with it the view where it would leave it; with Shift the selection grows with it. */
function go(grid: GridKeys, to: Cell, shift: boolean): void {
  const { rows, selection, cursor, step, move, time, now } = grid;
  if (shift) {
    if (!selection.anchor && cursor) step({ kind: "go", to: cursor });
    const anchor = selection.anchor ?? cursor ?? to;
    const place = (dataset: string) => rows.findIndex((row) => row.dataset === dataset);
    const over = rectangle(rows, place(anchor.dataset), place(to.dataset), {
      start: Math.min(anchor.start, to.start),
      end: Math.max(anchor.end, to.end),
    });
    step({ kind: "extend", to, over });
  } else step({ kind: "go", to });
  const next = movedTo(time, to, now);
  if (next !== time) move(next, "glide");
}

function sideways(grid: GridKeys, direction: -1 | 1, shift: boolean): void {
  const { rows, filter, cursor, selection, span, time, now, move } = grid;
  const row = rows[rowOf(grid)];
  if (!row || !cursor) return;
  // The first press shows where the cursor is.
  if (!selection.cursor && !shift) {
    go(grid, cursor, false);
    return;
  }
  const next = direction === 1 ? cellFrom(row, cursor.end, filter) : cellUpTo(row, cursor.start, filter);
  if (next) {
    go(grid, next, shift);
    return;
  }
  // Further than what was answered: the view moves on, and the next press finds what has come.
  const more = direction === 1 ? (row.last ?? 0) > span.end : (row.first ?? span.start) < span.start;
  if (more) move(movedBy(time, (direction * (span.end - span.start)) / 4, now), "glide");
}

/** To the next row up or down that has cells. */
function upDown(grid: GridKeys, direction: -1 | 1, shift: boolean): void {
  const { rows, filter, cursor, selection } = grid;
  if (!cursor) return;
  if (!selection.cursor && !shift) {
    go(grid, cursor, false);
    return;
  }
  const middle = (cursor.start + cursor.end) / 2;
  for (let place = rowOf(grid) + direction; ; place += direction) {
    const row = rows[place];
    if (!row) return;
    const cell = cellNear(row, middle, filter);
    if (!cell) continue;
    go(grid, cell, shift);
    return;
  }
}

/** To the first or last cell of the row that is wholly in sight. */
function toEdge(grid: GridKeys, edge: "start" | "end", shift: boolean): void {
  const { rows, filter, span } = grid;
  const row = rows[rowOf(grid)];
  const cell =
    row && (edge === "start" ? cellFrom(row, span.start, filter) : cellUpTo(row, span.end, filter));
  if (cell && cell.start < span.end && cell.end > span.start) go(grid, cell, shift);
}

function page({ time, span, now, move }: GridKeys, direction: -1 | 1): void {
  move(movedBy(time, direction * 0.9 * (span.end - span.start), now), "step");
}

function zoom({ time, cursor, selection, span, now, move }: GridKeys, direction: -1 | 1): void {
  const middle = cursor && (cursor.start + cursor.end) / 2;
  const inSight = middle !== undefined && middle > span.start && middle < span.end;
  move(zoomedBy(time, direction, selection.cursor && inSight ? middle : undefined, now), "step");
}

function toggle({ cursor, selection, step }: GridKeys): void {
  if (!cursor) return;
  if (selection.cursor?.start !== cursor.start || selection.cursor.dataset !== cursor.dataset)
    step({ kind: "go", to: cursor });
  step({ kind: "toggle", ranges: [cursor] });
}

function wholeRow(grid: GridKeys): void {
  const place = rowOf(grid);
  grid.step({ kind: "select", ranges: rectangle(grid.rows, place, place, grid.span) });
}

import type { Micros } from "../../observation/time";
import type { WindowState } from "../model";
import { type GridPart, type GridRun, SEVERITY } from "./model";

/** Windows of one state in one cell, as they are counted. */
export interface GridPiece {
  readonly start: Micros;
  readonly each: Micros;
  readonly state: WindowState;
  readonly windows: number;
  readonly stale: number;
  readonly again: number;
}

/**
 * Puts counted pieces of one dataset together to cells, and like cells that follow each other to runs.
 * @param pieces in the order of their starts; those of one cell have the same start and length
 */
export function runsOf(pieces: readonly GridPiece[]): GridRun[] {
  const runs: GridRun[] = [];
  for (let at = 0; at < pieces.length; ) {
    const first = pieces[at];
    if (!first) break;
    let end = at + 1;
    while (pieces[end]?.start === first.start && pieces[end]?.each === first.each) end += 1;
    const cell: GridRun = {
      start: first.start,
      each: first.each,
      cells: 1,
      parts: bySeverity(pieces.slice(at, end)),
    };
    const last = runs.at(-1);
    if (last && goesOn(last, cell)) runs[runs.length - 1] = { ...last, cells: last.cells + 1 };
    else runs.push(cell);
    at = end;
  }
  return runs;
}

function bySeverity(pieces: readonly GridPiece[]): GridPart[] {
  return pieces
    .map(({ state, windows, stale, again }) => ({ state, windows, stale, again }))
    .sort((a, b) => SEVERITY.indexOf(a.state) - SEVERITY.indexOf(b.state));
}

function goesOn(run: GridRun, cell: GridRun): boolean {
  return (
    cell.start === run.start + run.cells * run.each &&
    cell.each === run.each &&
    cell.parts.length === run.parts.length &&
    cell.parts.every((part, place) => {
      const other = run.parts[place];
      return (
        part.state === other?.state &&
        part.windows === other.windows &&
        part.stale === other.stale &&
        part.again === other.again
      );
    })
  );
}

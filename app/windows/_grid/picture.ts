import type { Interval } from "../../../server/observation/interval";
import { type Era, windowAt } from "../../../server/observation/span-grid";
import type { Micros } from "../../../server/observation/time";
import { type GridPart, type GridRun, unpackRun } from "../../../server/window/grid/model";
import type { WindowState } from "../../../server/window/model";
import type { WindowGridAnswer } from "../../_trpc/outputs";
import { type Hole, type HoleCell, holeAt, holeFrom, holesOf, holeUpTo } from "./holes";

/** What of the grid is shown; what is hidden is neither reached by keys nor selected. */
export interface GridFilter {
  /** Undefined: all. */
  readonly states: readonly WindowState[] | undefined;
  readonly stale: boolean;
}

/** What is reached beside what a filter shows: from which length on the cells of holes stand apart; undefined where no holes are shown. */
export interface Reach extends GridFilter {
  readonly apart?: Micros | undefined;
}

export interface GridRow {
  readonly dataset: string;
  readonly synthetic: boolean;
  readonly first?: Micros | undefined;
  readonly last?: Micros | undefined;
  readonly runs: readonly GridRun[];
  /** Where nothing was collected, in order of time. */
  readonly holes?: readonly Hole[];
  /** The dataset's spans, oldest first, where the cells are of the grain and hold what begins in them. */
  readonly grained?: readonly Era[] | undefined;
}

/** The grid as it was answered: rows by name, runs in order of time. */
export type Picture = Interval & { readonly rows: readonly GridRow[] };

/** One cell: a window, or several that begin in it; or time of which nothing was collected. */
export interface Cell extends Interval {
  readonly dataset: string;
  /** Those that the filter shows, the worst first; none in a hole. */
  readonly parts: readonly GridPart[];
  /** Of a hole: whether several windows have room in it. */
  readonly hole?: { readonly several: boolean } | undefined;
  /** It has room for more windows than one: a single window in it may begin anywhere. */
  readonly roomy?: boolean | undefined;
}

/** Whether a cell is of more windows than one, so that to open it is to go nearer. */
export function isOfSeveral({ parts, hole, roomy }: Cell): boolean {
  return hole ? hole.several : roomy === true || windowsOf(parts) > 1;
}

export function pictureOf(answer: WindowGridAnswer): Picture {
  const known = { start: answer.from, end: answer.to };
  return {
    ...known,
    rows: answer.rows.map(({ runs: packed, eras, many, ...row }) => {
      const runs = packed.map((run) => unpackRun(run, answer.from));
      return {
        ...row,
        runs,
        grained: many ? eras : undefined,
        holes: holesOf({ ...row, eras, many, runs }, known, answer.each),
      };
    }),
  };
}

/** The parts that a filter shows. */
export function shownParts(parts: readonly GridPart[], { states, stale }: GridFilter): readonly GridPart[] {
  if (states === undefined && !stale) return parts;
  return parts
    .filter((part) => (states?.includes(part.state) ?? true) && (!stale || part.stale > 0))
    .map((part) => (stale ? { ...part, windows: part.stale, again: 0 } : part));
}

export function windowsOf(parts: readonly GridPart[]): number {
  return parts.reduce((sum, { windows }) => sum + windows, 0);
}

const endOf = (run: GridRun) => run.start + run.cells * run.each;

function cellOf(row: GridRow, run: GridRun, place: number, filter: GridFilter): Cell {
  const start = run.start + place * run.each;
  const end = start + run.each;
  return {
    dataset: row.dataset,
    start,
    end,
    parts: shownParts(run.parts, filter),
    roomy: row.grained && !isOneWindow(row.grained, start, end),
  };
}

/** Whether a cell is the beginning of one window, or all of it. */
function isOneWindow(eras: readonly Era[], start: Micros, end: Micros): boolean {
  const window = windowAt(eras, start);
  return window.start === start && window.end >= end;
}

function cellOfHole({ dataset }: GridRow, found: HoleCell | undefined): Cell | undefined {
  return (
    found && { dataset, start: found.start, end: found.end, parts: [], hole: { several: found.several } }
  );
}

/** The stop of a row's holes that holds an instant. */
export function holeCellAt(row: GridRow, instant: Micros, { apart }: Reach): Cell | undefined {
  return apart === undefined ? undefined : cellOfHole(row, holeAt(row.holes ?? [], instant, apart));
}

/** Place of the first run that ends after an instant. */
function firstEndingAfter(runs: readonly GridRun[], instant: Micros): number {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const run = runs[middle];
    if (run && endOf(run) <= instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The shown cell, or that of a hole, that holds an instant. */
export function cellAt(row: GridRow, instant: Micros, reach: Reach): Cell | undefined {
  const run = row.runs[firstEndingAfter(row.runs, instant)];
  if (!run || run.start > instant) return holeCellAt(row, instant, reach);
  const cell = cellOf(row, run, Math.floor((instant - run.start) / run.each), reach);
  return cell.parts.length > 0 ? cell : undefined;
}

/** The first shown cell, or that of a hole, that begins at an instant or later. */
export function cellFrom(row: GridRow, instant: Micros, reach: Reach): Cell | undefined {
  const { apart } = reach;
  const hole = apart === undefined ? undefined : cellOfHole(row, holeFrom(row.holes ?? [], instant, apart));
  const window = windowFrom(row, instant, reach);
  return hole && (!window || hole.start < window.start) ? hole : window;
}

function windowFrom(row: GridRow, instant: Micros, filter: GridFilter): Cell | undefined {
  for (let at = firstEndingAfter(row.runs, instant); at < row.runs.length; at += 1) {
    const run = row.runs[at];
    if (!run || shownParts(run.parts, filter).length === 0) continue;
    const place = Math.max(0, Math.ceil((instant - run.start) / run.each));
    if (place < run.cells) return cellOf(row, run, place, filter);
  }
  return undefined;
}

/** The last shown cell, or that of a hole, that ends at an instant or earlier. */
export function cellUpTo(row: GridRow, instant: Micros, reach: Reach): Cell | undefined {
  const { apart } = reach;
  const hole = apart === undefined ? undefined : cellOfHole(row, holeUpTo(row.holes ?? [], instant, apart));
  const window = windowUpTo(row, instant, reach);
  return hole && (!window || hole.start > window.start) ? hole : window;
}

function windowUpTo(row: GridRow, instant: Micros, filter: GridFilter): Cell | undefined {
  for (let at = Math.min(row.runs.length - 1, firstEndingAfter(row.runs, instant)); at >= 0; at -= 1) {
    const run = row.runs[at];
    if (!run || shownParts(run.parts, filter).length === 0) continue;
    const place = Math.min(run.cells, Math.floor((instant - run.start) / run.each)) - 1;
    if (place >= 0) return cellOf(row, run, place, filter);
  }
  return undefined;
}

/** The shown cell, or that of a hole, that is nearest to an instant. */
export function cellNear(row: GridRow, instant: Micros, reach: Reach): Cell | undefined {
  const here = cellAt(row, instant, reach);
  if (here) return here;
  const [before, after] = [cellUpTo(row, instant, reach), cellFrom(row, instant, reach)];
  if (!before || !after) return before ?? after;
  return instant - before.end <= after.start - instant ? before : after;
}

/** The span of whole cells of a row, shown or not, that share an instant with `span`; undefined when there are none. */
export function wholeCells(row: GridRow, { start, end }: Interval): Interval | undefined {
  const first = row.runs[firstEndingAfter(row.runs, start)];
  const last = row.runs[Math.min(row.runs.length - 1, firstEndingAfter(row.runs, end - 1))];
  if (!first || !last || first.start >= end) return undefined;
  const lastRun = last.start >= end ? row.runs[row.runs.indexOf(last) - 1] : last;
  if (!lastRun) return undefined;
  const from = first.start + Math.max(0, Math.floor((start - first.start) / first.each)) * first.each;
  const cells = Math.min(lastRun.cells, Math.ceil((end - lastRun.start) / lastRun.each));
  return { start: from, end: lastRun.start + cells * lastRun.each };
}

/** The whole cells of rows `from` to `to`, in either order, that share an instant with a span. */
export function rectangle(
  rows: readonly GridRow[],
  from: number,
  to: number,
  span: Interval,
): (Interval & { readonly dataset: string })[] {
  return rows.slice(Math.min(from, to), Math.max(from, to) + 1).flatMap((row) => {
    const cells = wholeCells(row, span);
    return cells ? [{ dataset: row.dataset, ...cells }] : [];
  });
}

/** How many windows that begin in a span are in each state, and how many are stale or made again, whatever the filter. */
export function countsIn(
  { rows }: Picture,
  span: Interval,
): {
  readonly states: Readonly<Partial<Record<WindowState, number>>>;
  readonly stale: number;
  readonly again: number;
} {
  const states: Partial<Record<WindowState, number>> = {};
  let [stale, again] = [0, 0];
  for (const { runs } of rows) {
    for (const run of runs) {
      const first = Math.max(0, Math.ceil((span.start - run.start) / run.each));
      const cells = Math.min(run.cells, Math.ceil((span.end - run.start) / run.each)) - first;
      if (cells <= 0) continue;
      for (const part of run.parts) {
        states[part.state] = (states[part.state] ?? 0) + cells * part.windows;
        stale += cells * part.stale;
        again += cells * part.again;
      }
    }
  }
  return { states, stale, again };
}

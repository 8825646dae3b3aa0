import type { Interval } from "../../../server/observation/interval";
import { cellAt, type Era, segmentAt, windowAt } from "../../../server/observation/span-grid";
import { DAY, type Micros } from "../../../server/observation/time";
import type { GridRun } from "../../../server/window/grid/model";

/** Time between the windows of a row for which nothing was collected. It begins where a window begins, and is of one span. */
export interface Hole extends Interval {
  /** Length of a cell there. */
  readonly each: Micros;
  /** The dataset's span at that time. */
  readonly span: Micros;
  /** Whether several windows have room in such a cell. */
  readonly several: boolean;
}

/** Where a hole is pointed at, or the cursor stops: the room of one window, or more. */
export interface HoleCell extends Interval {
  readonly several: boolean;
}

/** A row as it was answered. */
export interface HoledRow {
  readonly first?: Micros | undefined;
  readonly last?: Micros | undefined;
  /** Its dataset's spans, oldest first. */
  readonly eras: readonly Era[];
  /** Whether its cells are of the grain, and hold the windows that begin in them. */
  readonly many: boolean;
  readonly runs: readonly GridRun[];
}

/** The holes of a row, between its first and its last window and within the windows that are known. @param grain length of cells of several windows */
export function holesOf({ first, last, eras, many, runs }: HoledRow, known: Interval, grain: Micros): Hole[] {
  if (first === undefined || last === undefined || eras.length === 0) return [];
  // Those that reach over an edge of what is known are known whole.
  const from = Math.max(first, windowAt(eras, known.start).start);
  const to = Math.min(last, windowAt(eras, known.end - 1).end);
  const holes: Hole[] = [];
  const add = (reached: Micros, end: Micros) => {
    if (reached >= end) return;
    // A window that begins in a cell may reach over its end: nothing is missing before the next one.
    const holding = windowAt(eras, reached);
    for (let start = holding.start === reached ? reached : holding.end; start < end; ) {
      const { rule, bounds } = segmentAt(eras, start);
      const longest = Math.min(rule.span, DAY);
      const several = many && grain > longest;
      const until = Math.min(end, bounds.end);
      holes.push({ start, end: until, each: several ? grain : longest, span: rule.span, several });
      start = until;
    }
  };
  let reached = from;
  for (const run of runs) {
    add(reached, Math.min(run.start, to));
    reached = Math.max(reached, run.start + run.cells * run.each);
  }
  add(reached, to);
  return holes;
}

/** Place of the first hole that ends after an instant. */
export function firstHoleAfter(holes: readonly Hole[], instant: Micros): number {
  let [low, high] = [0, holes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const hole = holes[middle];
    if (hole && hole.end <= instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The room of one window in a hole, or of those that begin in a cell of several. */
export function roomAt({ start, end, each, span, several }: Hole, instant: Micros): HoleCell {
  const from = Math.floor(instant / each) * each;
  const cell = several ? { start: from, end: from + each } : cellAt(span, instant);
  return { start: Math.max(start, cell.start), end: Math.min(end, cell.end), several };
}

/** @param apart from this length on cells stand for themselves; of shorter ones the hole is one */
function stopAt(hole: Hole, instant: Micros, apart: Micros): HoleCell {
  const room = roomAt(hole, instant);
  if (hole.each >= apart || (room.start === hole.start && room.end === hole.end)) return room;
  return { start: hole.start, end: hole.end, several: true };
}

/** The stop in a hole that holds an instant. */
export function holeAt(holes: readonly Hole[], instant: Micros, apart: Micros): HoleCell | undefined {
  const hole = holes[firstHoleAfter(holes, instant)];
  return hole && hole.start <= instant ? stopAt(hole, instant, apart) : undefined;
}

/** The first stop in a hole that begins at an instant or later. */
export function holeFrom(holes: readonly Hole[], instant: Micros, apart: Micros): HoleCell | undefined {
  const place = firstHoleAfter(holes, instant);
  const hole = holes[place];
  if (!hole) return undefined;
  const here = stopAt(hole, Math.max(hole.start, instant), apart);
  if (here.start >= instant) return here;
  if (here.end < hole.end) return stopAt(hole, here.end, apart);
  const next = holes[place + 1];
  return next && stopAt(next, next.start, apart);
}

/** The last stop in a hole that ends at an instant or earlier. */
export function holeUpTo(holes: readonly Hole[], instant: Micros, apart: Micros): HoleCell | undefined {
  const place = firstHoleAfter(holes, instant);
  const hole = holes[place];
  if (hole && hole.start < instant) {
    const here = stopAt(hole, instant, apart);
    if (here.start > hole.start) return stopAt(hole, here.start - 1, apart);
  }
  const before = holes[place - 1];
  return before && stopAt(before, before.end - 1, apart);
}

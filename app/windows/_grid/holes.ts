import type { Interval } from "../../../server/observation/interval";
import { DAY, type Micros } from "../../../server/observation/time";
import type { GridRun } from "../../../server/window/grid/model";

/** Time between the windows of a row for which nothing was collected. */
export interface Hole extends Interval {
  /** Length of a cell there. */
  readonly each: Micros;
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
  /** Length of its dataset's windows today. */
  readonly span: Micros;
  readonly runs: readonly GridRun[];
}

/** The holes of a row, between its first and its last window and within what is known. @param grain length of cells of several windows */
export function holesOf({ first, last, span, runs }: HoledRow, known: Interval, grain: Micros): Hole[] {
  if (first === undefined || last === undefined) return [];
  const [from, to] = [Math.max(first, known.start), Math.min(last, known.end)];
  const several = runs.some(({ each, parts }) => each === grain && (parts.length > 1 || isOfMore(parts)));
  const each = several ? grain : span;
  const holes: Hole[] = [];
  const add = (start: Micros, end: Micros) => {
    // Between cells of several windows, what is shorter than a window is no hole: one that began before may reach over it.
    if (end > start && (!several || end - start >= span)) holes.push({ start, end, each, several });
  };
  let reached = from;
  for (const run of runs) {
    add(reached, Math.min(run.start, to));
    reached = Math.max(reached, run.start + run.cells * run.each);
  }
  add(reached, to);
  return holes;
}

function isOfMore(parts: GridRun["parts"]): boolean {
  return parts.some(({ windows }) => windows > 1);
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

/** The room of one window in a hole, as windows lie: from the epoch on, and cut at the days of UTC. */
export function roomAt({ start, end, each, several }: Hole, instant: Micros): HoleCell {
  const from = Math.floor(instant / each) * each;
  const day = each < DAY ? Math.floor(instant / DAY) * DAY : Number.NEGATIVE_INFINITY;
  return {
    start: Math.max(start, from, day),
    end: Math.min(end, from + each, each < DAY ? day + DAY : Number.POSITIVE_INFINITY),
    several,
  };
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

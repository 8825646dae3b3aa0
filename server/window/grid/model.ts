import { type Micros, SECOND } from "../../observation/time";
import { WindowState } from "../model";

/** States from what most needs a person to what needs nobody: a cell of several windows shows the first that it holds. */
export const SEVERITY: readonly WindowState[] = [
  "failed",
  "too-late",
  "waiting",
  "incomplete",
  "empty",
  "queued",
  "building",
  "settling",
  "open",
  "built",
];

/** Ranges of a selection: they stand in an address, and that in the header of every request beside theirs, which Node reads up to 16 KiB. */
export const MOST_RANGES = 100;

/** The windows of a cell that are in one state. */
export interface GridPart {
  readonly state: WindowState;
  readonly windows: number;
  /** How many of them newer data has come for since they were built. */
  readonly stale: number;
  /** How many of them have no newer data, and are made again because somebody asked. */
  readonly again: number;
}

/**
 * Cells of one dataset that look alike and lie one behind the other: `cells` of them from `start`, each of `each` µs. A cell is one
 * window, or, where there are too many windows to tell apart, all that begin within it.
 */
export interface GridRun {
  readonly start: Micros;
  readonly each: Micros;
  readonly cells: number;
  /** What each cell holds, the worst first; never empty. */
  readonly parts: readonly GridPart[];
}

/** A run as numbers: start after `origin` and length of a cell (seconds), cells; then of each part its state's place, windows, stale ones, ones made again. */
export type PackedRun = readonly number[];

/** A year of hours of 20 datasets is sent in a tenth of the bytes; windows begin and end at whole seconds. */
export function packRun({ start, each, cells, parts }: GridRun, origin: Micros): PackedRun {
  return [
    (start - origin) / SECOND,
    each / SECOND,
    cells,
    ...parts.flatMap(({ state, windows, stale, again }) => [
      WindowState.options.indexOf(state),
      windows,
      stale,
      again,
    ]),
  ];
}

export function unpackRun(packed: PackedRun, origin: Micros): GridRun {
  const [start = 0, each = 0, cells = 0, ...rest] = packed;
  const parts: GridPart[] = [];
  for (let at = 0; at + 3 < rest.length; at += 4) {
    const state = WindowState.options[rest[at] ?? -1];
    if (state)
      parts.push({ state, windows: rest[at + 1] ?? 0, stale: rest[at + 2] ?? 0, again: rest[at + 3] ?? 0 });
  }
  return { start: origin + start * SECOND, each: each * SECOND, cells, parts };
}

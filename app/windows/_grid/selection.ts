import type { Interval } from "../../../server/observation/interval";
import { holds, unite, without } from "../../../server/observation/intervals";
import { MOST_RANGES } from "../../../server/window/grid/model";
import { readRanges } from "../../reprocess/ranges";

/** A stretch of a dataset: the windows that begin in [start, end). */
export interface SelectedRange extends Interval {
  readonly dataset: string;
}

/** What is selected, and where the cursor stands. */
export interface Selection {
  /** Apart from each other, by dataset and time. */
  readonly ranges: readonly SelectedRange[];
  /** The cell of the keyboard. */
  readonly cursor: SelectedRange | undefined;
  /** Where a drag or an extension began. */
  readonly anchor: SelectedRange | undefined;
  /** What was selected before that. */
  readonly before: readonly SelectedRange[];
  /** Whether the last step was refused, because the selection would be of too many parts. */
  readonly full: boolean;
}

export const NOTHING_SELECTED: Selection = {
  ranges: [],
  cursor: undefined,
  anchor: undefined,
  before: [],
  full: false,
};

export type SelectionStep =
  /** A pointer goes down, on a cell or beside one, or with the keyboard the cursor goes to one. Selects nothing yet. */
  | { readonly kind: "go"; readonly to: SelectedRange | undefined }
  /** From the anchor up to `to` is selected instead of all else; with Shift it is added, or taken away when all of it was selected. */
  | {
      readonly kind: "drag";
      readonly to: SelectedRange | undefined;
      readonly over: readonly SelectedRange[];
      readonly shift: boolean;
    }
  /** From the anchor up to `to` is added to what was selected before. */
  | { readonly kind: "extend"; readonly to: SelectedRange; readonly over: readonly SelectedRange[] }
  /** The cell of the cursor, or `ranges`, is added, or taken away when all of it is selected. */
  | { readonly kind: "toggle"; readonly ranges?: readonly SelectedRange[] }
  /** `ranges` are selected instead of all else. */
  | { readonly kind: "select"; readonly ranges: readonly SelectedRange[] }
  | { readonly kind: "clear" };

/** Pure: what a step makes of a selection. A step that would make more than `MOST_RANGES` parts is refused and says so. */
export function selected(selection: Selection, step: SelectionStep): Selection {
  switch (step.kind) {
    case "go":
      return {
        ...selection,
        cursor: step.to ?? selection.cursor,
        anchor: step.to,
        before: selection.ranges,
        full: false,
      };
    case "drag": {
      const ranges = step.shift ? toggled(selection.before, step.over) : united(step.over);
      return bounded({ ...selection, cursor: step.to ?? selection.cursor, ranges }, selection);
    }
    case "extend":
      return bounded(
        {
          ...selection,
          anchor: selection.anchor ?? step.to,
          cursor: step.to,
          ranges: united([...selection.before, ...step.over]),
        },
        selection,
      );
    case "toggle": {
      const ranges = step.ranges ?? (selection.cursor ? [selection.cursor] : []);
      return settled({ ...selection, ranges: toggled(selection.ranges, ranges) }, selection);
    }
    case "select":
      return settled({ ...selection, ranges: united(step.ranges) }, selection);
    case "clear":
      return { ...selection, ranges: [], before: [], full: false };
  }
}

function bounded(next: Selection, last: Selection): Selection {
  return next.ranges.length > MOST_RANGES ? { ...last, full: true } : { ...next, full: false };
}

/** What comes next builds on what is selected now. */
function settled(next: Selection, last: Selection): Selection {
  const kept = bounded(next, last);
  return { ...kept, before: kept.ranges, anchor: kept.cursor };
}

function byDataset(ranges: readonly SelectedRange[]): Map<string, SelectedRange[]> {
  const found = new Map<string, SelectedRange[]>();
  for (const range of ranges) found.set(range.dataset, [...(found.get(range.dataset) ?? []), range]);
  return found;
}

function united(ranges: readonly SelectedRange[]): SelectedRange[] {
  return [...byDataset(ranges)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([dataset, own]) => unite(own).map((range) => ({ dataset, ...range })));
}

/** Adds `step`, or takes it away when all of it is there. */
function toggled(ranges: readonly SelectedRange[], step: readonly SelectedRange[]): SelectedRange[] {
  const there = byDataset(ranges);
  const all = step.length > 0 && step.every((range) => holds(there.get(range.dataset) ?? [], range));
  if (!all) return united([...ranges, ...step]);
  return [...there].flatMap(([dataset, own]) =>
    step
      .filter((range) => range.dataset === dataset)
      .reduce<readonly Interval[]>((rest, range) => without(rest, range), own)
      .map(({ start, end }) => ({ dataset, start, end })),
  );
}

/** Ranges as an address names them, put together. */
export function rangesIn(text: string): SelectedRange[] {
  return united(readRanges(text).slice(0, MOST_RANGES));
}

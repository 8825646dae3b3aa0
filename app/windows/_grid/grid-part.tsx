"use client";

import { memo, useCallback, useMemo, useRef } from "react";
import type { Micros } from "../../../server/observation/time";
import type { ReasonClass } from "../../../server/window/model";
import type { AddressChange } from "../../_ui/use-address";
import type { GridFilter } from "./picture";
import { ReprocessSelected } from "./reprocess-selected";
import { type SelectedWindows, SelectionBar } from "./selection-bar";
import { useGridTime } from "./use-grid-time";
import { useSelection } from "./use-selection";
import type { AddressTime } from "./view";
import { WindowsGrid } from "./windows-grid";

const actions = (selected: SelectedWindows) => <ReprocessSelected selected={selected} />;

/** The grid with what moves in it: the time that a gesture is at, and the selection that a drag has made so far. */
export const GridPart = memo(function GridPart({
  dataset,
  reasons,
  words,
  filter,
  onFilter,
  address,
  selected,
  now,
  renew,
  change,
}: {
  dataset: string | undefined;
  reasons: readonly ReasonClass[] | undefined;
  words: string | undefined;
  filter: GridFilter;
  onFilter: (filter: GridFilter) => void;
  /** Time and selection as they stand in the address. */
  address: AddressTime;
  selected: string;
  now: Micros;
  renew: () => void;
  change: (changed: AddressChange, how: "push" | "replace") => void;
}) {
  const { time, move } = useGridTime(address, change, renew);
  const [selection, step] = useSelection(selected, change);
  const { ranges, full } = selection;
  const chosen = useMemo(
    (): SelectedWindows => ({
      ranges,
      states: filter.states,
      stale: filter.stale || undefined,
      reasons,
      words,
    }),
    [ranges, filter, reasons, words],
  );
  const cells = useRef<HTMLDivElement>(null);
  const clear = useCallback(() => {
    step({ kind: "clear" });
    // The button goes with what was selected; the focus would be lost, or fall to what stands nearest.
    cells.current?.focus({ preventScroll: true });
  }, [step]);
  return (
    <WindowsGrid
      cells={cells}
      dataset={dataset}
      reasons={reasons}
      words={words}
      filter={filter}
      onFilter={onFilter}
      time={time}
      now={now}
      move={move}
      selection={selection}
      step={step}
    >
      <SelectionBar full={full} selected={chosen} onClear={clear} actions={actions} />
    </WindowsGrid>
  );
});

"use client";

import { memo } from "react";
import { Button } from "react-aria-components";
import { ROW_PX } from "./paint";

/** A row's dataset. */
export interface RowHead {
  readonly dataset: string;
  readonly synthetic: boolean;
}

/** The names of the rows, which stay while time moves; each selects what of its row is in sight. */
export const RowHeads = memo(function RowHeads({
  heads,
  onSelect,
}: {
  heads: readonly RowHead[];
  /** @param add to what is selected already */
  onSelect: (place: number, add: boolean) => void;
}) {
  return (
    <ul aria-label="Datasets" className="border-r">
      {heads.map(({ dataset, synthetic }, place) => (
        <li key={dataset} style={{ height: ROW_PX }} className="border-b last:border-b-0">
          <Button
            aria-label={`Select the windows of ${dataset} in sight`}
            onPress={({ shiftKey, ctrlKey, metaKey }) => onSelect(place, shiftKey || ctrlKey || metaKey)}
            className="flex size-full cursor-pointer items-center gap-2 px-2 text-left text-12 -outline-offset-2 hover:bg-raised md:px-3 md:text-13"
          >
            <span
              title={synthetic ? `${dataset}, synthetic: made up by a generator` : dataset}
              className="min-w-0 flex-1 truncate"
            >
              {dataset}
            </span>
            {synthetic ? (
              <span className="hidden rounded border border-dashed border-synthetic px-1 text-12 text-synthetic md:inline">
                synthetic
              </span>
            ) : null}
          </Button>
        </li>
      ))}
    </ul>
  );
});

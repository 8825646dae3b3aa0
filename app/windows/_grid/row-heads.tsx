"use client";

import { Button } from "react-aria-components";
import type { Interval } from "../../../server/observation/interval";
import { ROW_PX } from "./paint";
import { type GridRow, rectangle } from "./picture";
import type { SelectionStep } from "./selection";

/** The names of the rows, which stay while time moves; each selects what of its row is in sight. */
export function RowHeads({
  rows,
  span,
  step,
}: {
  rows: readonly GridRow[];
  span: Interval;
  step: (step: SelectionStep) => void;
}) {
  return (
    <ul aria-label="Datasets" className="border-r">
      {rows.map(({ dataset, synthetic }, place) => (
        <li key={dataset} style={{ height: ROW_PX }} className="border-b last:border-b-0">
          <Button
            aria-label={`Select the windows of ${dataset} in sight`}
            onPress={({ shiftKey, ctrlKey, metaKey }) => {
              const ranges = rectangle(rows, place, place, span);
              step({ kind: shiftKey || ctrlKey || metaKey ? "toggle" : "select", ranges });
            }}
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
}

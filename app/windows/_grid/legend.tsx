"use client";

import type { WindowState } from "../../../server/window/model";
import { countText } from "../../_ui/format";
import { Mark } from "../../_ui/mark";
import { AGAIN, STALE, WINDOW_STATE_NAMES, WINDOW_STATES } from "../window-state";
import type { GridFilter } from "./picture";

/** What the marks mean, how many windows in sight are so, and the filter by it. None ticked: all are shown. */
export function Legend({
  filter,
  counts,
  onChange,
}: {
  filter: GridFilter;
  /** Undefined: not known yet. */
  counts:
    | {
        readonly states: Readonly<Partial<Record<WindowState, number>>>;
        readonly stale: number;
        readonly again: number;
      }
    | undefined;
  onChange: (filter: GridFilter) => void;
}) {
  const chosen = filter.states ?? [];
  const turn = (state: WindowState, on: boolean) => {
    const states = WINDOW_STATE_NAMES.filter((each) => (each === state ? on : chosen.includes(each)));
    onChange({ ...filter, states: states.length === 0 ? undefined : states });
  };
  return (
    <fieldset className="flex flex-wrap gap-x-4 gap-y-1 border-t px-3 py-2 text-13">
      <legend className="sr-only">Only these states; none ticked shows all</legend>
      {WINDOW_STATE_NAMES.map((state) => (
        <Tick
          key={state}
          checked={chosen.includes(state)}
          onChange={(on) => turn(state, on)}
          count={counts?.states[state] ?? 0}
          known={counts !== undefined}
          mark={<Mark {...WINDOW_STATES[state]} share={0.4} />}
        />
      ))}
      <Tick
        checked={filter.stale}
        onChange={(stale) => onChange({ ...filter, stale })}
        count={counts?.stale ?? 0}
        known={counts !== undefined}
        mark={<Mark {...STALE} />}
      />
      {counts && counts.again > 0 ? (
        <span className="flex min-h-6 items-center gap-1.5" title="Not out of date: somebody asked.">
          <Mark {...AGAIN} />
          {countText(counts.again)}
        </span>
      ) : null}
    </fieldset>
  );
}

function Tick({
  checked,
  onChange,
  count,
  known,
  mark,
}: {
  checked: boolean;
  onChange: (on: boolean) => void;
  count: number;
  known: boolean;
  mark: React.ReactNode;
}) {
  return (
    <label className="flex min-h-6 cursor-pointer items-center gap-1.5">
      <input
        type="checkbox"
        className="size-3.5 accent-accent"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      {mark}
      <span className={`min-w-4 ${count === 0 ? "text-muted" : ""}`}>{known ? countText(count) : ""}</span>
    </label>
  );
}

"use client";

import { memo } from "react";
import type { WindowState } from "../../../server/window/model";
import { countText } from "../../_ui/format";
import { Mark } from "../../_ui/mark";
import { AGAIN, STALE, WINDOW_STATE_NAMES, WINDOW_STATES } from "../window-state";
import { HoleMark } from "./hole-mark";
import { NOTHING_COLLECTED } from "./paint-holes";
import type { GridFilter } from "./picture";
import { useLatest } from "./use-latest";

/** What the marks mean, how many windows in sight are so, and the filter by it. None ticked: all are shown. */
export function Legend({
  filter,
  counts,
  holes,
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
  /** Whether time without windows is shown: a filter hides it. */
  holes: boolean;
  onChange: (filter: GridFilter) => void;
}) {
  const chosen = filter.states ?? [];
  const turn = useLatest((what: WindowState | "stale", on: boolean) => {
    if (what === "stale") return onChange({ ...filter, stale: on });
    const states = WINDOW_STATE_NAMES.filter((each) => (each === what ? on : chosen.includes(each)));
    onChange({ ...filter, states: states.length === 0 ? undefined : states });
  });
  return (
    <fieldset className="flex flex-wrap gap-x-4 gap-y-1 border-t px-3 py-2 text-13">
      <legend className="sr-only">Only these states; none ticked shows all</legend>
      {WINDOW_STATE_NAMES.map((state) => (
        <Tick
          key={state}
          what={state}
          checked={chosen.includes(state)}
          onChange={turn}
          count={counts?.states[state] ?? 0}
          known={counts !== undefined}
        />
      ))}
      <Tick
        what="stale"
        checked={filter.stale}
        onChange={turn}
        count={counts?.stale ?? 0}
        known={counts !== undefined}
      />
      {counts && counts.again > 0 ? (
        <span className="flex min-h-6 items-center gap-1.5" title="Not out of date: somebody asked.">
          <Mark {...AGAIN} />
          {countText(counts.again)}
        </span>
      ) : null}
      {holes ? (
        <span className="flex min-h-6 items-center gap-1.5 text-muted">
          <HoleMark />
          <span className="font-medium">{NOTHING_COLLECTED}:</span>
          <span>no delivery covers that time</span>
        </span>
      ) : null}
    </fieldset>
  );
}

const Tick = memo(function Tick({
  what,
  checked,
  onChange,
  count,
  known,
}: {
  what: WindowState | "stale";
  checked: boolean;
  onChange: (what: WindowState | "stale", on: boolean) => void;
  count: number;
  known: boolean;
}) {
  return (
    <label className="flex min-h-6 cursor-pointer items-center gap-1.5">
      <input
        type="checkbox"
        className="size-3.5 accent-accent"
        checked={checked}
        onChange={(event) => onChange(what, event.target.checked)}
      />
      {what === "stale" ? <Mark {...STALE} /> : <Mark {...WINDOW_STATES[what]} share={0.4} />}
      <span className={`min-w-4 ${count === 0 ? "text-muted" : ""}`}>{known ? countText(count) : ""}</span>
    </label>
  );
});

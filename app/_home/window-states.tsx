import Link from "next/link";
import type { Home } from "../_trpc/outputs";
import { countText } from "../_ui/format";
import { Mark } from "../_ui/mark";
import { WINDOW_STATE_NAMES, WINDOW_STATES } from "../windows/window-state";

/** How many windows are in each state; each leads to them. */
export function WindowStates({ states }: { states: Home["windowStates"] }) {
  return (
    <ul className="grid grid-cols-2 gap-px overflow-hidden bg-line md:grid-cols-5">
      {WINDOW_STATE_NAMES.map((state) => {
        const count = states[state] ?? 0;
        return (
          <li key={state} className="bg-panel">
            <Link
              href={`/windows?state=${state}`}
              className="flex items-center justify-between gap-2 px-3 py-2 -outline-offset-2 hover:bg-raised"
            >
              <Mark {...WINDOW_STATES[state]} />
              <span className={count === 0 ? "text-muted" : "font-semibold"}>{countText(count)}</span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

"use client";

import { ChevronLeft, ChevronRight, Pause, Play } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import type { Micros } from "../../server/observation/time";
import type { WindowLine } from "../_trpc/outputs";
import { Button } from "../_ui/button";
import { spanText } from "../_ui/format";
import { WindowStateMark } from "../windows/window-state";

/** How long each window stands while the day is played. */
const STEP_MS = 900;
const REDUCED = "(prefers-reduced-motion: reduce)";

function useReducedMotion(): boolean {
  return useSyncExternalStore(
    (told) => {
      const query = matchMedia(REDUCED);
      query.addEventListener("change", told);
      return () => query.removeEventListener("change", told);
    },
    () => matchMedia(REDUCED).matches,
    () => true,
  );
}

/** The windows of the day, one after the other: by the slider, by steps, or played. */
export function TimePanel({
  windows,
  chosen,
  isLatest,
  settled,
  onChoose,
}: {
  /** Oldest first. */
  windows: readonly WindowLine[];
  chosen: WindowLine | undefined;
  /** Whether the newest window is followed as new ones come. */
  isLatest: boolean;
  /** Whether the chosen window is what is seen: the next one is not begun before. */
  settled: boolean;
  /** Told the start of a window; undefined: follow the latest. */
  onChoose: (at: Micros | undefined) => void;
}) {
  const still = useReducedMotion();
  const [playing, setPlaying] = useState(false);
  const place = chosen ? windows.indexOf(chosen) : -1;
  const next = place < 0 ? undefined : windows[place + 1];
  const runs = playing && !still;
  useEffect(() => {
    if (!runs || !settled) return;
    if (next === undefined) return setPlaying(false);
    const timer = setTimeout(() => onChoose(next.start), STEP_MS);
    return () => clearTimeout(timer);
  }, [runs, settled, next, onChoose]);
  const previous = windows[place - 1];
  const play = () => {
    if (!runs && next === undefined && windows[0]) onChoose(windows[0].start);
    setPlaying(!runs);
  };
  return (
    <section aria-label="Time" className="flex flex-wrap items-center gap-x-3 gap-y-2">
      {still ? null : (
        <Button onPress={play} disabled={windows.length < 2} label={runs ? "Pause" : "Play the day"}>
          {runs ? (
            <Pause aria-hidden="true" className="size-3.5" />
          ) : (
            <Play aria-hidden="true" className="size-3.5" />
          )}
          {runs ? "Pause" : "Play"}
        </Button>
      )}
      <Button
        onPress={() => previous && onChoose(previous.start)}
        disabled={previous === undefined}
        label="Window before"
      >
        <ChevronLeft aria-hidden="true" className="size-3.5" />
      </Button>
      <input
        type="range"
        aria-label="Window of the day"
        aria-valuetext={chosen ? `${spanText(chosen.start, chosen.end)}, ${chosen.state}` : "none"}
        min={0}
        max={Math.max(0, windows.length - 1)}
        value={Math.max(0, place)}
        disabled={windows.length < 2}
        onChange={(event) => {
          setPlaying(false);
          onChoose(windows[Number(event.target.value)]?.start);
        }}
        className="h-8 min-w-40 flex-1 cursor-pointer accent-accent"
      />
      <Button onPress={() => next && onChoose(next.start)} disabled={next === undefined} label="Window after">
        <ChevronRight aria-hidden="true" className="size-3.5" />
      </Button>
      <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
        {chosen ? (
          <>
            <span className="whitespace-nowrap">{spanText(chosen.start, chosen.end)}</span>
            <WindowStateMark window={chosen} />
          </>
        ) : null}
        {isLatest ? (
          <span className="text-muted">follows the latest</span>
        ) : (
          <Button look="quiet" onPress={() => onChoose(undefined)}>
            Go to the latest
          </Button>
        )}
      </span>
    </section>
  );
}

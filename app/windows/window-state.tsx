import type { WindowState } from "../../server/window/model";
import { type Glyph, Mark, MarkGlyph, type Tone } from "../_ui/mark";
import { Tag } from "../_ui/tag";

/** What a state looks like and says; in the order in which a window passes through them. */
export const WINDOW_STATES: Readonly<Record<WindowState, { glyph: Glyph; tone: Tone; word: string }>> = {
  open: { glyph: "ring", tone: "open", word: "open" },
  settling: { glyph: "hourglass", tone: "settling", word: "settling" },
  waiting: { glyph: "gap", tone: "waiting", word: "waiting" },
  queued: { glyph: "dots", tone: "queued", word: "queued" },
  building: { glyph: "arrow", tone: "building", word: "building" },
  built: { glyph: "tick", tone: "built", word: "built" },
  incomplete: { glyph: "half", tone: "incomplete", word: "incomplete" },
  empty: { glyph: "dash", tone: "empty", word: "empty" },
  failed: { glyph: "cross", tone: "failed", word: "failed" },
  "too-late": { glyph: "lock", tone: "too-late", word: "too late" },
};

export const WINDOW_STATE_NAMES = Object.keys(WINDOW_STATES) as readonly WindowState[];

interface Stated {
  readonly state: WindowState;
  readonly stale: boolean;
  readonly start: number;
  readonly end: number;
}

/** A window's state: glyph, colour and word, and the stale flag beside it. */
export function WindowStateMark({ window }: { window: Stated }) {
  // Only the ring of an open window shows time: how much of its span has passed.
  const passed = (Date.now() * 1000 - window.start) / (window.end - window.start);
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
      <Mark {...WINDOW_STATES[window.state]} share={Math.min(1, Math.max(0, passed))} />
      {window.stale ? (
        <Tag look="stale" title="Newer data than this revision has come.">
          <MarkGlyph glyph="corner" tone="stale" />
          stale
        </Tag>
      ) : null}
    </span>
  );
}

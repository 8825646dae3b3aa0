import Link from "next/link";
import type { Micros } from "../../server/observation/time";
import type { WindowState } from "../../server/window/model";
import { instantText } from "../_ui/format";
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

/** What stands beside a state where a revision is owed a build: newer data has come, or only somebody's request. */
export const STALE = { glyph: "corner", tone: "stale", word: "stale" } as const;
export const AGAIN = { glyph: "again", tone: "queued", word: "made again" } as const;

interface Stated {
  readonly state: WindowState;
  readonly stale: boolean;
  readonly askedAgain?: { readonly at: Micros; readonly reprocess?: number | undefined } | undefined;
  readonly start: number;
  readonly end: number;
}

/** A window's state: glyph, colour and word; beside it whether newer data has come, or somebody asked to make it again. */
export function WindowStateMark({ window }: { window: Stated }) {
  // Only the ring of an open window shows time: how much of its span has passed.
  const passed = (Date.now() * 1000 - window.start) / (window.end - window.start);
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
      <Mark {...WINDOW_STATES[window.state]} share={Math.min(1, Math.max(0, passed))} />
      {window.askedAgain ? (
        <Again {...window.askedAgain} />
      ) : window.stale ? (
        <Tag look="stale" title="Newer data than this revision has come.">
          <MarkGlyph glyph={STALE.glyph} tone={STALE.tone} />
          {STALE.word}
        </Tag>
      ) : null}
    </span>
  );
}

/** What stands is not out of date; the way to the reprocess that makes it again, where it is of one. */
function Again({ at, reprocess }: { at: Micros; reprocess?: number | undefined }) {
  const tag = (
    <Tag title={`Not out of date: somebody asked at ${instantText(at)} to make it again.`}>
      <MarkGlyph glyph={AGAIN.glyph} tone={AGAIN.tone} />
      {AGAIN.word}
    </Tag>
  );
  if (reprocess === undefined) return tag;
  return (
    <>
      {tag}
      <Link href={`/reprocess/${reprocess}`} className="link">
        {`reprocess ${reprocess}`}
      </Link>
    </>
  );
}

import type { Run } from "../_trpc/outputs";
import { type Glyph, Mark, type Tone } from "../_ui/mark";

const RUN_STATES: Readonly<Record<Run["state"], { glyph: Glyph; tone: Tone; word: string }>> = {
  queued: { glyph: "dots", tone: "queued", word: "queued" },
  running: { glyph: "arrow", tone: "building", word: "running" },
  done: { glyph: "tick", tone: "built", word: "done" },
  failed: { glyph: "cross", tone: "failed", word: "failed" },
  refused: { glyph: "lock", tone: "too-late", word: "refused" },
  cancelling: { glyph: "hourglass", tone: "settling", word: "cancelling" },
  cancelled: { glyph: "dash", tone: "too-late", word: "cancelled" },
  discarded: { glyph: "dash", tone: "empty", word: "discarded" },
};

export function RunStateMark({ run }: { run: Pick<Run, "state"> }) {
  return <Mark {...RUN_STATES[run.state]} />;
}

import type { Projection } from "../_trpc/outputs";
import { plural } from "../_ui/format";
import { Mark } from "../_ui/mark";

type Facts = Pick<Projection, "enabled" | "owed" | "running" | "failed">;

/** How a projection stands, the worst first. */
export function ProjectionState({ projection: { enabled, owed, running, failed } }: { projection: Facts }) {
  if (!enabled) return <Mark glyph="dash" tone="empty" word="off" />;
  if (failed > 0) return <Mark glyph="cross" tone="failed" word={`${plural(failed, "window")} failed`} />;
  if (running > 0)
    return <Mark glyph="arrow" tone="building" word={`projecting ${plural(running, "window")}`} />;
  if (owed > 0) return <Mark glyph="dots" tone="queued" word={`${plural(owed, "window")} queued`} />;
  return <Mark glyph="tick" tone="built" word="up to date" />;
}

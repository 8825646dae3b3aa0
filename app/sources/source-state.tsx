import type { Source } from "../_trpc/outputs";
import { Mark } from "../_ui/mark";

export function SourceState({ source }: { source: Pick<Source, "enabled" | "known" | "removedAt"> }) {
  if (source.removedAt !== undefined) return <Mark glyph="dash" tone="too-late" word="removed" />;
  if (!source.known) return <Mark glyph="dash" tone="waiting" word="kind not here" />;
  if (source.enabled) return <Mark glyph="tick" tone="built" word="enabled" />;
  return <Mark glyph="pause" tone="empty" word="disabled" />;
}

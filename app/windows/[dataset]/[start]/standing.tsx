import { type Glyph, Mark, type Tone } from "../../../_ui/mark";
import type { Standing } from "./pack-bars";

/** What a standing looks like and says. */
const STANDINGS: Readonly<Record<Standing, { glyph: Glyph; tone: Tone; word: string; bar: string }>> = {
  "on time": { glyph: "tick", tone: "built", word: "on time", bar: "border-edge bg-edge/40" },
  late: { glyph: "corner", tone: "stale", word: "late", bar: "border-stale bg-stale/40" },
  "too late": { glyph: "lock", tone: "too-late", word: "too late", bar: "border-too-late bg-too-late/60" },
  withdrawn: {
    glyph: "cross",
    tone: "failed",
    word: "withdrawn",
    bar: "border-dashed border-failed bg-transparent",
  },
};

/** How a delivery stands to its window: glyph, colour and word. */
export function StandingMark({ standing }: { standing: Standing }) {
  const { glyph, tone, word } = STANDINGS[standing];
  return <Mark glyph={glyph} tone={tone} word={word} />;
}

/** The look of a bar of such a delivery. */
export function barLook(standing: Standing): string {
  return STANDINGS[standing].bar;
}

import { LETTER_CLASSES } from "../../server/dead-letter/model";
import type { DeadLetter } from "../_trpc/outputs";
import { Mark } from "../_ui/mark";

/** The kind of its reason, or that a person discarded it. */
export function LetterMark({ letter }: { letter: Pick<DeadLetter, "class" | "discardedAt"> }) {
  if (letter.discardedAt !== undefined) return <Mark glyph="dash" tone="empty" word="discarded" />;
  return <Mark glyph="cross" tone="failed" word={LETTER_CLASSES[letter.class].word} />;
}

import type { Check } from "../../server/health/model";
import { Mark } from "../_ui/mark";

/** A check that failed, by its word. That there is nothing new is no fault of the way there. */
export function CheckMark({ check }: { check: Check }) {
  if (check === "nothing new") return <Mark glyph="gap" tone="stale" word={check} />;
  return <Mark glyph="cross" tone="failed" word={check} />;
}

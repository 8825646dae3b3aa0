import { plural, spanText } from "../../_ui/format";
import { AGAIN, STALE, WINDOW_STATES } from "../window-state";
import { NOTHING_COLLECTED } from "./paint-holes";
import { type Cell, windowsOf } from "./picture";

/** A cell in words: dataset, range in UTC, state; of several windows how many are in which state; of a hole that nothing was collected. */
export function cellWords({ dataset, start, end, parts, hole }: Cell): string {
  if (hole) return `${dataset}, ${spanText(start, end)}, ${NOTHING_COLLECTED}`;
  return `${dataset}, ${spanText(start, end)}, ${stateWords({ parts })}`;
}

function stateWords({ parts }: Pick<Cell, "parts">): string {
  const windows = windowsOf(parts);
  const stale = parts.reduce((sum, part) => sum + part.stale, 0);
  const again = parts.reduce((sum, part) => sum + part.again, 0);
  const [worst] = parts;
  if (windows === 1 && worst)
    return [
      WINDOW_STATES[worst.state].word,
      ...(stale > 0 ? [STALE.word] : []),
      ...(again > 0 ? [AGAIN.word] : []),
    ].join(", ");
  const states = parts.map((part) => `${part.windows} ${WINDOW_STATES[part.state].word}`).join(", ");
  const marks = `${stale > 0 ? `; ${stale} ${STALE.word}` : ""}${again > 0 ? `; ${again} ${AGAIN.word}` : ""}`;
  return `${plural(windows, "window")}: ${states}${marks}`;
}

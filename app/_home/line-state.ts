import type { Home } from "../_trpc/outputs";
import { countText, plural } from "../_ui/format";

type Failure = Home["failures"][number];

/**
 * The state of the line in one sentence. A dead letter is counted as failed by its stage: it is not said twice.
 * @param still why nothing moves, such as `the worker hangs since 2026-11-28 14:02 UTC`; undefined while it does
 */
export function stateOf(
  home: Pick<Home, "stages" | "deadLetters" | "rowsLastHour">,
  still?: string | undefined,
): string {
  const failed = home.stages.reduce((sum, stage) => sum + stage.failed, 0);
  const working = home.stages.reduce((sum, stage) => sum + stage.running + stage.waiting, 0);
  const rows = `${plural(home.rowsLastHour, "row")} came in the last hour`;
  const pieces = plural(failed, "piece of work", "pieces of work");
  const dead = plural(home.deadLetters, "dead letter");
  if (still !== undefined) {
    const waits =
      working === 0
        ? "nothing is known to wait"
        : `${plural(working, "piece of work waits", "pieces of work wait")}`;
    return `${rows}; nothing moves: ${still}, and ${waits}.`;
  }
  if (home.deadLetters > failed && failed === 0)
    return `${rows}; there ${home.deadLetters === 1 ? "is" : "are"} ${dead}.`;
  if (home.deadLetters > failed) return `${rows}; ${pieces} failed, and there are ${dead}.`;
  if (failed > home.deadLetters && home.deadLetters > 0)
    return `${rows}; ${pieces} failed, ${countText(home.deadLetters)} of them for good: ${dead}.`;
  if (home.deadLetters > 0) return `${rows}; ${pieces} failed for good: ${dead}.`;
  if (failed > 0) return `${rows}; ${pieces} failed.`;
  if (working > 0)
    return `${rows}; ${plural(working, "piece of work is", "pieces of work are")} under way, none failed.`;
  return `${rows}; nothing waits and nothing failed.`;
}

export const keyOf = ({ what, subject, error }: Failure): string => `${what} ${subject} ${error}`;

/** Failures that say the same, once each, with how many there are; in the order of the first. */
export function alike(failures: readonly Failure[]): readonly { failure: Failure; count: number }[] {
  const groups = new Map<string, { failure: Failure; count: number }>();
  for (const failure of failures) {
    const group = groups.get(keyOf(failure));
    if (group) group.count += failure.count;
    else groups.set(keyOf(failure), { failure, count: failure.count });
  }
  return [...groups.values()];
}

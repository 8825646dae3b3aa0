import { NotFound } from "../errors";
import { windowAt } from "../observation/span-grid";
import { formatInstant, type Micros } from "../observation/time";
import type { SpanRule, Window } from "./model";

/**
 * The window of a dataset that starts at an instant, by its spans alone: nobody need have asked for it.
 * @param rules the dataset's spans, oldest first @param now µs since the epoch, UTC
 * @throws NotFound where no window starts there, or where it has not begun
 */
export function plannedWindow(
  dataset: string,
  start: Micros,
  rules: readonly SpanRule[],
  now: Micros,
): Window {
  const held = windowAt(rules, start);
  if (held.start !== start)
    throw new NotFound(
      `no window of ${dataset} starts at ${formatInstant(start)}; the one that holds that instant starts at ${formatInstant(held.start)}`,
      held.start > now ? {} : { instead: held.start },
    );
  if (start > now)
    throw new NotFound(
      `the window of ${dataset} that starts at ${formatInstant(start)} has not begun: nothing can have been collected for it`,
    );
  return { dataset, ...held };
}

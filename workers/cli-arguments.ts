import { InvalidArgumentError } from "commander";
import { countsInMonths, type Micros, parseDuration, parseInstant } from "../server/observation/time";
import { NO_MONTHS } from "../server/source/model";
import { ReasonClass, WindowState } from "../server/window/model";

/** An instant given on the command line; UTC unless it carries an offset, which is converted, never dropped. */
export function instantArgument(text: string): Micros {
  const instant = parseInstant(text);
  if (instant === undefined) throw new InvalidArgumentError("give UTC as 2024-01-01 or 2024-01-01T12:00:00Z");
  return instant;
}

/** An ISO 8601 duration given on the command line. @returns µs */
export function durationArgument(text: string): Micros {
  const duration = parseDuration(text);
  if (duration === undefined) throw new InvalidArgumentError("give an ISO 8601 duration: PT10M, PT1H, P1D");
  return duration;
}

/** A time of a schedule: a duration of one length. @returns µs */
export function scheduleArgument(text: string): Micros {
  if (countsInMonths(text)) throw new InvalidArgumentError(NO_MONTHS);
  return durationArgument(text);
}

/** One or more window states. */
export function stateArgument(text: string, before: readonly WindowState[] = []): readonly WindowState[] {
  const parsed = WindowState.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError(`there are: ${WindowState.options.join(", ")}`);
  return [...before, parsed.data];
}

/** One or more classes of reasons. */
export function reasonArgument(text: string, before: readonly ReasonClass[] = []): readonly ReasonClass[] {
  const parsed = ReasonClass.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError(`there are: ${ReasonClass.options.join(", ")}`);
  return [...before, parsed.data];
}

/** How many, at least one. */
export function countArgument(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("give a whole number from 1");
  return Number(text);
}

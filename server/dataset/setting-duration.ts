import { z } from "zod";
import { DAY, type Micros, parseDuration } from "../observation/time";

/** Longer than this is sure to be a slip of the hand. */
const LONGEST: Micros = 366 * DAY;

/** An ISO 8601 duration of a setting, from PT0S to P366D. @returns µs */
export const SettingDuration = z.string().transform((text, context): Micros => {
  const duration = parseDuration(text);
  if (duration !== undefined && duration >= 0 && duration <= LONGEST) return duration;
  const what = duration === undefined ? "is no ISO 8601 duration" : "is not between PT0S and P366D";
  context.addIssue(`"${text}" ${what}; write PT30M, PT6H or P2D`);
  return z.NEVER;
});

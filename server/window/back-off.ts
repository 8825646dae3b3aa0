import { HOUR, type Micros, SECOND } from "../observation/time";

/** The longest wait between two attempts (SEMANTICS 4). */
export const LONGEST_WAIT: Micros = HOUR;

const FIRST_WAIT: Micros = 5 * SECOND;

/** How long to wait after `attempts` failures in a row: doubles from five seconds to one hour, and never gives up. */
export function backOff(attempts: number): Micros {
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(Math.max(attempts - 1, 0), 20));
}

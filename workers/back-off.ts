import { Transient } from "../server/errors";

const FIRST_MS = 1_000;
const LONGEST_MS = 3_600_000;

/** How long to wait before attempt number `attempt + 1`: doubles from one second to one hour, unless the error says when. */
export function backOffMs(attempt: number, error?: unknown): number {
  if (error instanceof Transient && error.everyMs !== undefined) return error.everyMs;
  const grown = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 12));
  const asked = error instanceof Transient ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(grown, Math.min(asked, LONGEST_MS));
}

import type { Interval } from "../../../../server/observation/interval";
import { MINUTE, type Micros } from "../../../../server/observation/time";
import type { Source } from "../../../_trpc/outputs";

export interface AskableGaps {
  /** Parts of the window that are past and that nothing has answered for. */
  readonly missing: readonly Interval[];
  /** The ranges to ask a source for: each gap, or all at once where they are many. */
  readonly asks: readonly Interval[];
}

/** More runs than this for one window are more trouble than asking for what is there again. */
const MOST_RUNS = 5;

/** What can be asked for by now: the future cannot, and of the minute that is running nothing has come yet. @param now µs since the epoch, UTC */
export function askableGaps(gaps: readonly Interval[], now: Micros): AskableGaps {
  const past = Math.floor(now / MINUTE) * MINUTE;
  const missing = gaps
    .map(({ start, end }) => ({ start, end: Math.min(end, past) }))
    .filter(({ start, end }) => end > start);
  const [first] = missing;
  const last = missing.at(-1);
  if (!first || !last) return { missing: [], asks: [] };
  return { missing, asks: missing.length > MOST_RUNS ? [{ start: first.start, end: last.end }] : missing };
}

/** When a source that is on asks for something next; undefined where no schedule does. */
export function nextAsked({ schedules }: Pick<Source, "schedules">): Micros | undefined {
  const fires = schedules.flatMap(({ nextFire }) => (nextFire === undefined ? [] : [nextFire]));
  return fires.length === 0 ? undefined : Math.min(...fires);
}

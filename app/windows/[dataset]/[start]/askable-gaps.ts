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

type Asking = Pick<Source["schedules"][number], "windowSize" | "interval" | "lag" | "nextFire">;

/** When a schedule that is on asks for a part of what is missing; undefined where none will: each asks for later and later times. */
export function nextAsked(schedules: readonly Asking[], missing: readonly Interval[]): Micros | undefined {
  const fires = schedules.flatMap((schedule) => missing.flatMap((gap) => firing(schedule, gap) ?? []));
  return fires.length === 0 ? undefined : Math.min(...fires);
}

function firing({ windowSize, interval, lag, nextFire }: Asking, gap: Interval): Micros | undefined {
  if (nextFire === undefined) return undefined;
  const end = nextFire - lag;
  const ahead = Math.max(0, Math.floor((gap.start - end) / interval) + 1) * interval;
  return end + ahead - windowSize < gap.end ? nextFire + ahead : undefined;
}

/** The run of a source that is to bring what is missing, or a part of it, and has not ended. */
export function openRun<Run extends Interval & { readonly source: string; readonly state: string }>(
  runs: readonly Run[],
  source: string,
  missing: readonly Interval[],
): Run | undefined {
  const open = ["queued", "running", "failed"];
  return runs.find(
    (run) =>
      run.source === source &&
      open.includes(run.state) &&
      missing.some((gap) => run.start < gap.end && run.end > gap.start),
  );
}

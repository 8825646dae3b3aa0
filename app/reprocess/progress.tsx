import type { Reprocessing } from "../_trpc/outputs";
import { countText, durationText, percentText, plural } from "../_ui/format";
import { Mark } from "../_ui/mark";
import { REPROCESS_STATES } from "./words";

export function ReprocessStateMark({ of: { state } }: { of: Pick<Reprocessing, "state"> }) {
  return <Mark {...REPROCESS_STATES[state]} />;
}

/** `34 of 168 windows finished, 2 failed; about 4 min left`. */
export function progressWords({ counts, state, remaining, perMinute }: Reprocessing): string {
  const { asked, finished, outcomes } = counts;
  const parts = [`${countText(finished)} of ${plural(asked, "window")} finished`];
  if (outcomes.failed > 0) parts.push(`${countText(outcomes.failed)} failed`);
  if (outcomes.cancelled > 0) parts.push(`${countText(outcomes.cancelled)} cancelled`);
  const rate =
    state === "running" && perMinute !== undefined && remaining !== undefined
      ? `; ${countText(Math.max(1, Math.round(perMinute)))} a minute, about ${durationText(remaining)} left`
      : "";
  return `${parts.join(", ")}${rate}`;
}

/** How much of what was asked for is finished: failed and cancelled parts in looks of their own and, beside the bar, in words. */
export function ReprocessBar({ of }: { of: Reprocessing }) {
  const { asked, finished, outcomes } = of.counts;
  const width = (windows: number) => ({ width: `${asked === 0 ? 0 : (windows / asked) * 100}%` });
  return (
    <div
      role="progressbar"
      aria-valuemin={0}
      aria-valuemax={asked}
      aria-valuenow={finished}
      aria-valuetext={progressWords(of)}
      aria-label={`Progress of reprocess ${of.number}`}
      className="flex h-2 w-full min-w-24 overflow-hidden rounded border border-edge bg-panel"
    >
      <div className="h-full bg-built" style={width(finished - outcomes.failed)} />
      <div className="h-full bg-failed" style={width(outcomes.failed)} />
      <div className="hatch h-full" style={width(outcomes.cancelled)} />
    </div>
  );
}

export function shareText({ counts: { asked, finished } }: Reprocessing): string {
  return asked === 0 ? "nothing to do" : percentText(finished / asked);
}

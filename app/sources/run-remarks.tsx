import Link from "next/link";
import { todoOfRun } from "../../server/source/model";
import type { Run } from "../_trpc/outputs";
import { countText, plural } from "../_ui/format";
import { Instant } from "../_ui/instant";
import { letterHref } from "../dead-letters/letter-href";
import { CheckMark } from "./check-mark";

/** What a run says: its progress while it works, its error in words, the files that it could not read whole, the fields that no map names. */
export function RunRemarks({ run }: { run: Run }) {
  const unmapped = Object.entries(run.unmapped ?? {});
  const rejected = run.rejected ?? [];
  const silent =
    run.error === undefined &&
    run.progress === undefined &&
    run.waits === undefined &&
    run.letter === undefined &&
    rejected.length === 0;
  if (silent && run.damaged.length === 0 && unmapped.length === 0) return null;
  const waits = run.state === "queued" || run.state === "running";
  return (
    <span className="flex max-w-[52ch] flex-col gap-1">
      {run.waits === undefined ? null : <span className="text-stale">Waits: {run.waits}</span>}
      {waits && run.progress !== undefined ? <span>{run.progress}</span> : null}
      {run.error === undefined ? null : (
        <span className={run.state === "failed" || run.state === "refused" ? "text-failed" : "text-stale"}>
          {run.state === "cancelled" || run.state === "cancelling" ? "Before it was cancelled: " : ""}
          {run.error}
          {run.attempts > 1 ? ` (${plural(run.attempts, "attempt")})` : ""}
        </span>
      )}
      <FailedCheck run={run} />
      {run.retryAt === undefined ? null : (
        <span className="text-muted">
          tried again by itself at <Instant at={run.retryAt} />
        </span>
      )}
      {rejected.length === 0 ? null : <Rejected reasons={rejected} />}
      {run.letter === undefined ? null : <SetAside letter={run.letter} done={run.state === "done"} />}
      {run.damaged.length === 0 ? null : (
        <details>
          <summary className="cursor-pointer text-stale">
            {plural(run.damaged.length, "damaged file")}
          </summary>
          <ul className="mt-1 list-disc pl-5 text-muted">
            {run.damaged.map(({ name, reason }) => (
              <li key={name}>
                {name}: {reason}
              </li>
            ))}
          </ul>
        </details>
      )}
      {unmapped.length === 0 ? null : (
        <details>
          <summary className="cursor-pointer text-muted">{plural(unmapped.length, "unmapped field")}</summary>
          <p className="mt-1 text-muted">Kept in the payload, without a place in the map. Values of each:</p>
          <ul className="mt-1 list-disc pl-5 text-muted">
            {unmapped.map(([name, count]) => (
              <li key={name}>
                <span className="font-mono text-12">{name}</span> {countText(count)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </span>
  );
}

const GIVEN_UP: ReadonlySet<Run["state"]> = new Set(["cancelling", "cancelled", "discarded"]);

/** Where on the way out it failed, and what to do about that. */
export function FailedCheck({ run }: { run: Pick<Run, "state" | "failedCheck" | "retryAt"> }) {
  const todo = todoOfRun(run);
  // What somebody gave up fails no more: its error says what it was before.
  if (run.failedCheck === undefined || GIVEN_UP.has(run.state)) return null;
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      <CheckMark check={run.failedCheck} />
      {todo === undefined ? null : <span className="text-muted">{todo}</span>}
    </span>
  );
}

function Rejected({ reasons }: { reasons: NonNullable<Run["rejected"]> }) {
  const rows = reasons.reduce((sum, { count }) => sum + count, 0);
  return (
    <details>
      <summary className="cursor-pointer text-stale">{plural(rows, "rejected row")}</summary>
      <ul className="mt-1 list-disc pl-5 text-muted">
        {reasons.map(({ reason, count }) => (
          <li key={reason}>
            {countText(count)}: {reason}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Nothing comes of it, or of what it brought, until somebody does something. */
function SetAside({ letter, done }: { letter: NonNullable<Run["letter"]>; done: boolean }) {
  const what = done ? "What it brought" : "It";
  return (
    <span className="text-stale">
      {letter.state === "dead" ? `${what} was set aside and waits for a person: ` : `${what} was discarded: `}
      <Link href={letterHref(letter)} className="link">
        see why
      </Link>
    </span>
  );
}

import type { AuditLine } from "../_trpc/outputs";
import { Nothing } from "../_ui/instant";

type Change = AuditLine["changes"][number];

const LONG = 160;

/** A value in the room of a line; a long one is opened. */
function Value({ text }: { text: string | undefined }) {
  if (text === undefined) return <Nothing word="not there" />;
  if (text.length <= LONG) return <span className="wrap-anywhere whitespace-pre-wrap">{text}</span>;
  return (
    <details>
      <summary className="cursor-pointer wrap-anywhere">{text.slice(0, LONG)}…</summary>
      <span className="mt-1 block wrap-anywhere whitespace-pre-wrap">{text}</span>
    </details>
  );
}

function ChangeLine({ change: { field, before, after } }: { change: Change }) {
  return (
    <div className="flex min-w-0 flex-wrap gap-x-2">
      {field === "" ? null : <dt className="font-mono text-12 leading-5 text-muted">{field}</dt>}
      <dd className="flex min-w-0 flex-wrap gap-x-2">
        {before === undefined ? null : (
          <>
            <del className="min-w-0 text-muted decoration-muted/60">
              <Value text={before} />
            </del>
            <span aria-hidden="true" className="text-muted">
              →
            </span>
            <span className="sr-only">became</span>
          </>
        )}
        <ins className="min-w-0 no-underline">
          <Value text={after} />
        </ins>
      </dd>
    </div>
  );
}

/** What an entry changed: a line per field, before and after. What was asked for, and changed nothing yet, has only an after. */
export function Changes({ changes }: Pick<AuditLine, "changes">) {
  if (changes.length === 0) return <Nothing word="nothing to show" />;
  return (
    <dl className="flex max-w-[80ch] min-w-0 flex-col gap-0.5">
      {changes.map((change) => (
        <ChangeLine key={change.field} change={change} />
      ))}
    </dl>
  );
}

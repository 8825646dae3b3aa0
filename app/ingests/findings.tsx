import type { Ingest } from "../_trpc/outputs";
import { countText, plural } from "../_ui/format";
import { Instant, Nothing } from "../_ui/instant";

/** What an ingestion could not use: rejected rows by reason with examples, cells, unmapped fields, rows of the future. */
export function Findings({
  ingest,
  open = false,
}: {
  ingest: Partial<Pick<Ingest, "ingestedAt" | "futureDueAt">> &
    Pick<Ingest, "rejectedRows" | "rejected" | "badCells" | "unmapped">;
  /** Whether all of it is seen at once. */
  open?: boolean;
}) {
  const badCells = Object.entries(ingest.badCells);
  const unmapped = Object.entries(ingest.unmapped);
  const found = [
    ingest.rejectedRows > 0 ? plural(ingest.rejectedRows, "rejected row") : "",
    badCells.length > 0 ? plural(sum(badCells), "bad cell") : "",
    unmapped.length > 0 ? plural(unmapped.length, "unmapped field") : "",
    ingest.futureDueAt === undefined ? "" : "rows set aside as future",
  ].filter((part) => part !== "");
  if (ingest.ingestedAt === undefined) return null;
  if (found.length === 0) return <Nothing />;
  return (
    <details open={open}>
      <summary className="min-w-20 cursor-pointer text-stale">{found.join(", ")}</summary>
      <div className="mt-2 flex max-w-[64ch] flex-col gap-2 text-13">
        {ingest.rejected.map(({ reason, count, examples }) => (
          <div key={reason}>
            <p>
              {plural(count, "row")}: {reason}
            </p>
            {examples.slice(0, 3).map((example) => (
              <pre
                key={JSON.stringify(example)}
                className="mt-1 overflow-x-auto rounded bg-raised px-2 py-1 font-mono text-12 whitespace-pre-wrap break-all"
              >
                {JSON.stringify(example)}
              </pre>
            ))}
          </div>
        ))}
        <Counts title="Cells that could not be used" counts={badCells} />
        <Counts title="Fields of the payload without a place in the map" counts={unmapped} />
        {ingest.futureDueAt === undefined ? null : (
          <p>
            Rows later than they may be are ingested again when the first of them is due:{" "}
            <Instant at={ingest.futureDueAt} />
          </p>
        )}
      </div>
    </details>
  );
}

function Counts({ title, counts }: { title: string; counts: readonly (readonly [string, number])[] }) {
  if (counts.length === 0) return null;
  return (
    <div>
      <p className="text-muted">{title}</p>
      <ul>
        {counts.map(([name, count]) => (
          <li key={name}>
            <span className="font-mono text-12">{name}</span> {countText(count)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function sum(counts: readonly (readonly [string, number])[]): number {
  return counts.reduce((total, [, count]) => total + count, 0);
}

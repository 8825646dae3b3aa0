import Link from "next/link";
import type { DeadLetter } from "../_trpc/outputs";
import { Nothing, Span } from "../_ui/instant";
import { windowsHref } from "../windows/window-href";

/** What a letter belongs to, with the way there: its source, its dataset, the windows of its time. */
export function LetterAboutLines({ about }: Pick<DeadLetter, "about">) {
  const { source, dataset, range } = about;
  if (source === undefined && dataset === undefined) return <Nothing word="not known" />;
  return (
    <span className="flex flex-col">
      {source === undefined ? null : (
        <span>
          run of{" "}
          <Link href={`/sources/${encodeURIComponent(source)}`} className="link">
            {source}
          </Link>
        </span>
      )}
      {dataset === undefined ? null : (
        <Link href={`/datasets/${encodeURIComponent(dataset)}`} className="link self-start">
          {dataset}
        </Link>
      )}
      {range === undefined ? null : (
        <span className="text-muted">
          {dataset === undefined ? (
            <Span {...range} />
          ) : (
            <Link href={windowsHref(dataset, range)} className="link" title="Its windows">
              <Span {...range} />
            </Link>
          )}
        </span>
      )}
    </span>
  );
}

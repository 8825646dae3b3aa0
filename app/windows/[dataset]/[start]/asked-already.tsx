import Link from "next/link";
import type { Run } from "../../../_trpc/outputs";
import { Instant } from "../../../_ui/instant";
import { runHref } from "../../../sources/run-href";

/** Says that a source is asked for what is missing: its run has not ended, though its last try may have failed. */
export function AskedAlready({ run }: { run: Pick<Run, "id" | "source" | "state" | "retryAt"> }) {
  const link = (
    <Link href={runHref(run)} className="link">
      its run
    </Link>
  );
  if (run.state !== "failed")
    return (
      <>
        is asked for it already: {link} is {run.state}.
      </>
    );
  return (
    <>
      is asked for it already: {link} failed and is tried again by itself
      {run.retryAt === undefined ? (
        ""
      ) : (
        <>
          {" "}
          at <Instant at={run.retryAt} />
        </>
      )}
      .
    </>
  );
}

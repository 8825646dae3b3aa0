import type { Run } from "../_trpc/outputs";
import { Elapsed } from "../_ui/elapsed";
import { countText, durationText } from "../_ui/format";
import { Instant, Nothing } from "../_ui/instant";
import type { Column } from "../_ui/table";
import { RunRemarks } from "./run-remarks";

/** What every list of runs ends with: when each was asked for, how long it took, what it brought, and what it says. */
export const RUN_COLUMNS: readonly Column<Run>[] = [
  { head: "Requested", cell: ({ requestedAt }) => <Instant at={requestedAt} /> },
  {
    head: "Took",
    number: true,
    cell: ({ state, startedAt, finishedAt }) => {
      if (state === "running" && startedAt !== undefined) return <Elapsed since={startedAt} />;
      if (startedAt === undefined || finishedAt === undefined) return <Nothing word="" />;
      return durationText(Math.max(0, finishedAt - startedAt));
    },
  },
  { head: "Rows", number: true, cell: ({ rows }) => (rows === undefined ? "" : countText(rows)) },
  { head: "Remarks", cell: (run) => <RunRemarks run={run} /> },
];

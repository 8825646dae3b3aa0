"use client";

import { useQuery } from "@tanstack/react-query";
import type { Micros } from "../../../../server/observation/time";
import { useTRPC } from "../../../_trpc/client";
import { failureOf, isNotFound } from "../../../_trpc/failure";
import { Loaded } from "../../../_trpc/loaded";
import { instantText, spanText } from "../../../_ui/format";
import { Mark } from "../../../_ui/mark";
import { Page } from "../../../_ui/page";
import { Beside } from "./beside";
import { MissingPanel } from "./missing-panel";
import { NoWindow } from "./no-window";
import { RunsPanel } from "./runs-panel";

/** A window by its dataset's span that no delivery covers: what is missing is all of it, and who may bring that. */
export function UncoveredWindow({ dataset, start }: { dataset: string; start: Micros }) {
  const trpc = useTRPC();
  const planned = useQuery(trpc.window.ofSpan.queryOptions({ dataset, start }));
  if (planned.data === undefined && isNotFound(planned.error))
    return (
      <NoWindow
        dataset={dataset}
        start={start}
        why={failureOf(planned.error).message}
        instead={planned.error?.data?.instead}
      />
    );
  return (
    <Page
      above={<Beside dataset={dataset} start={start} />}
      title={planned.data ? spanText(planned.data.start, planned.data.end) : `from ${instantText(start)}`}
      sentence={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Mark glyph="gap" tone="waiting" word="nothing collected" />
          <span>
            No delivery covers it: nothing was ever collected for it, or its last delivery went before it was
            built. It becomes a window of {dataset} as soon as a delivery claims its time.
          </span>
        </span>
      }
    >
      <Loaded query={planned}>
        {(window) => (
          <>
            <MissingPanel window={{ ...window, gaps: [{ start: window.start, end: window.end }] }} />
            <RunsPanel window={window} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

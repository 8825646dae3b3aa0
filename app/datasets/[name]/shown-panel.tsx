"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../_trpc/client";
import { Loaded } from "../../_trpc/loaded";
import type { DatasetShown } from "../../_trpc/outputs";
import { countText } from "../../_ui/format";
import { Instant, Nothing } from "../../_ui/instant";
import { Panel } from "../../_ui/page";
import { Facts } from "../../_ui/table";

/** What pygeoapi's readers find of a dataset, and how far its days are put together. */
export function ShownPanel({ name }: { name: string }) {
  const trpc = useTRPC();
  const shown = useQuery(trpc.dataset.shown.queryOptions({ name }));
  return (
    <Panel
      title="Shown to readers"
      note="A day's windows are put together in one file once all are built, settled and quiet. Readers are shown what changed at most once a minute."
    >
      <Loaded query={shown}>
        {(state) =>
          state === null ? <p>Nothing of this dataset is projected yet.</p> : <ShownFacts state={state} />
        }
      </Loaded>
    </Panel>
  );
}

function ShownFacts({ state }: { state: NonNullable<DatasetShown> }) {
  const { days, compacted, shownAt, error } = state;
  return (
    <div className="flex flex-col gap-3">
      <Facts
        facts={[
          ["Days put together", `${countText(compacted)} of ${countText(days)}`],
          ["Shown since", shownAt === undefined ? <Nothing key="at" /> : <Instant key="at" at={shownAt} />],
          ["Up to date", upToDateText(state)],
        ]}
      />
      {error === undefined ? null : (
        <p role="alert" className="rounded border border-failed/50 bg-failed-soft px-3 py-2 text-failed">
          {error}; it is tried again by itself.
        </p>
      )}
    </div>
  );
}

function upToDateText({ upToDate, rewriting }: NonNullable<DatasetShown>): string {
  if (rewriting > 0)
    return `no: ${countText(rewriting)} ${rewriting === 1 ? "file lacks" : "files lack"} a column that the dataset has grown, and what is new is shown once they have it`;
  return upToDate ? "yes" : "no: something newer is shown within a minute";
}

"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTRPC } from "../_trpc/client";
import { Loaded } from "../_trpc/loaded";
import type { Dataset } from "../_trpc/outputs";
import { Choice } from "../_ui/field";
import { Page, Panel } from "../_ui/page";
import { Empty } from "../_ui/states";
import { DatasetMap } from "./dataset-map";
import { type MapAddress, UNSCALED } from "./map-address";
import { useMapAddress } from "./use-map-address";
import { useMapWorker } from "./use-points";
import { drawnVariables, othersOf, usualVariable, withUnit } from "./variable-text";

/** Another dataset begins anew, but for its colours and time. */
const ANEW = {
  ...UNSCALED,
  variable: undefined,
  view: undefined,
  box: undefined,
  station: undefined,
} as const satisfies Partial<MapAddress>;

export function MapScreen() {
  const trpc = useTRPC();
  const [address, set] = useMapAddress();
  const worker = useMapWorker();
  const datasets = useQuery(trpc.dataset.list.queryOptions());
  return (
    <Page
      title="Map"
      sentence="The newest value of each station in a window of time. All of the view stands in the address: the link shows it to others."
    >
      <Loaded query={datasets}>
        {(list) => {
          const dataset = chosenDataset(list, address.dataset);
          if (list.length === 0) return <NoDatasets />;
          const variables = drawnVariables(dataset ? [...dataset.columns, ...dataset.otherColumns] : []);
          const variable =
            variables.find(({ name }) => name === address.variable) ?? usualVariable(variables);
          return (
            <>
              <search aria-label="What is shown" className="flex flex-wrap items-start gap-3">
                <Choice
                  label="Dataset"
                  value={dataset?.name ?? ""}
                  onChange={(name) => set({ ...ANEW, dataset: name })}
                >
                  {dataset ? null : <option value="">Choose a dataset</option>}
                  {list.map(({ name, synthetic }) => (
                    <option key={name} value={name}>
                      {synthetic ? `${name} (synthetic)` : name}
                    </option>
                  ))}
                </Choice>
                {variable ? (
                  <Choice
                    label="Variable"
                    value={variable.name}
                    onChange={(name) => set({ ...UNSCALED, variable: name })}
                  >
                    {variables.map((each) => (
                      <option key={each.name} value={each.name}>
                        {withUnit(each)}
                      </option>
                    ))}
                  </Choice>
                ) : null}
              </search>
              {dataset && variable ? (
                <DatasetMap
                  worker={worker}
                  dataset={dataset}
                  variable={variable}
                  others={othersOf(variable, variables)}
                  address={address}
                  set={set}
                />
              ) : (
                <Nothing dataset={dataset} asked={address.dataset} />
              )}
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

/** The one that is asked for; without asking, the first that has something to show. */
function chosenDataset(list: readonly Dataset[], name: string | undefined): Dataset | undefined {
  if (name !== undefined) return list.find((each) => each.name === name);
  return list.find(({ latest }) => latest) ?? list[0];
}

function NoDatasets() {
  return (
    <Panel title="Picture" flush>
      <Empty title="No datasets yet">
        Stations stand here as soon as a source has brought data and its first window is built.{" "}
        <Link href="/sources" className="link">
          Run a source
        </Link>{" "}
        to bring it.
      </Empty>
    </Panel>
  );
}

function Nothing({ dataset, asked }: { dataset: Dataset | undefined; asked: string | undefined }) {
  if (dataset === undefined)
    return (
      <Panel title="Picture" flush>
        <Empty title={`There is no dataset ${asked ?? ""}`}>Choose one of those above.</Empty>
      </Panel>
    );
  return (
    <Panel title="Picture" flush>
      <Empty title={`${dataset.name} has no variables yet`}>
        They are known as soon as its first window is built.{" "}
        <Link href={`/windows?dataset=${encodeURIComponent(dataset.name)}`} className="link">
          See its windows
        </Link>
      </Empty>
    </Panel>
  );
}

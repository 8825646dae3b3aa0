"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTRPC } from "../../_trpc/client";
import { Loaded } from "../../_trpc/loaded";
import type { Dataset } from "../../_trpc/outputs";
import { countText, spanText } from "../../_ui/format";
import { Nothing } from "../../_ui/instant";
import { Page, Panel } from "../../_ui/page";
import { Facts } from "../../_ui/table";
import { Synthetic, Tag } from "../../_ui/tag";
import { windowHref } from "../../windows/window-href";
import { WindowStateMark } from "../../windows/window-state";
import { ColumnTable } from "./column-table";
import { DiskPanel } from "./disk-panel";
import { FilesPanel } from "./files-panel";
import { RetentionPanel } from "./retention-panel";
import { RowsPanel } from "./rows/rows-panel";
import { SettingsPanel } from "./settings-panel";
import { ShownPanel } from "./shown-panel";
import { SizesPanel } from "./sizes-panel";

export function DatasetScreen({ name }: { name: string }) {
  const trpc = useTRPC();
  const dataset = useQuery(trpc.dataset.get.queryOptions({ name }));
  return (
    <Page
      above={
        <Link href="/datasets" className="link">
          Datasets
        </Link>
      }
      title={name}
      sentence={
        dataset.data ? (
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            {dataset.data.synthetic ? <Synthetic /> : null}
            <span>{dataset.data.description}</span>
          </span>
        ) : null
      }
      action={
        <Link
          href={`/windows?dataset=${encodeURIComponent(name)}`}
          className="inline-flex h-8 items-center rounded border border-edge/60 bg-panel px-3 text-13 font-medium hover:bg-raised"
        >
          See its windows
        </Link>
      }
    >
      <Loaded query={dataset}>
        {(data) => (
          <>
            <About dataset={data} />
            <SizesPanel name={name} />
            <Panel
              title="Columns"
              note="As the newest current file has them. Values stand in the unit that is declared."
              flush
            >
              <ColumnTable columns={data.columns} />
            </Panel>
            <RowsPanel name={name} />
            <FilesPanel name={name} />
            <SettingsPanel name={name} />
            <RetentionPanel name={name} />
            <DiskPanel name={name} />
            <ShownPanel name={name} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function About({ dataset }: { dataset: Dataset }) {
  const { latest, observed, keywords } = dataset;
  return (
    <Panel title="About">
      <div className="flex flex-col gap-4">
        <Facts
          facts={[
            ["Windows", countText(dataset.windows)],
            ["Observed", observed ? spanText(observed.start, observed.end) : "nothing yet"],
            [
              "Newest built",
              latest ? (
                <Link key="latest" href={windowHref(latest)} className="inline-flex hover:underline">
                  <WindowStateMark window={latest} />
                </Link>
              ) : (
                <Nothing key="latest" />
              ),
            ],
            ["Identity", `${dataset.identity.join(", ")}${dataset.mobile ? ", position" : ""}`],
            ["Licence", dataset.licence || "not stated"],
            ["Attribution", dataset.attribution || "not stated"],
          ]}
        />
        {keywords.length > 0 ? (
          <ul aria-label="Keywords" className="flex flex-wrap gap-1.5">
            {keywords.map((word) => (
              <li key={word}>
                <Tag>{word}</Tag>
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </Panel>
  );
}

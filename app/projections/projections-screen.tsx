"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTRPC } from "../_trpc/client";
import { Loaded } from "../_trpc/loaded";
import type { Projection } from "../_trpc/outputs";
import { countText, plural } from "../_ui/format";
import { Instant, Nothing, Span } from "../_ui/instant";
import { Page, Panel } from "../_ui/page";
import { Empty } from "../_ui/states";
import { type Column, Table } from "../_ui/table";
import { windowHref } from "../windows/window-href";
import { ProjectionState } from "./projection-state";
import { Switch } from "./switch";

function projectionHref(name: string): string {
  return `/projections/${encodeURIComponent(name)}`;
}

/** The latest window that it has done. */
function Newest({ newest: [latest] }: Pick<Projection, "newest">) {
  if (!latest) return <Nothing word="none yet" />;
  return (
    <span className="flex flex-col">
      <Link href={windowHref(latest)} className="link self-start">
        <Span start={latest.start} end={latest.end} />
      </Link>
      <span className="text-muted">of {latest.dataset}</span>
    </span>
  );
}

const COLUMNS: readonly Column<Projection>[] = [
  {
    head: "Projection",
    cell: ({ name, title }) => (
      <span className="flex flex-col">
        <Link href={projectionHref(name)} className="link self-start font-medium">
          {name}
        </Link>
        <span className="text-muted">{title}</span>
      </span>
    ),
  },
  { head: "State", cell: (projection) => <ProjectionState projection={projection} /> },
  { head: "Projected in 24 h", number: true, cell: ({ doneLastDay }) => countText(doneLastDay) },
  { head: "Owed", number: true, cell: ({ owed }) => countText(owed) },
  { head: "Failed", number: true, cell: ({ failed }) => countText(failed) },
  { head: "Newest window", cell: (projection) => <Newest newest={projection.newest} /> },
  { head: "Last done", cell: ({ lastDoneAt }) => <Instant at={lastDoneAt} /> },
  { head: "", cell: (projection) => <Switch projection={projection} /> },
];

export function ProjectionsScreen() {
  const trpc = useTRPC();
  const projections = useQuery(trpc.projection.list.queryOptions());
  const enabled = projections.data?.filter((each) => each.enabled).length ?? 0;
  return (
    <Page
      title="Projections"
      sentence={
        projections.data
          ? `${plural(projections.data.length, "projection")}, of which ${enabled} ${enabled === 1 ? "is" : "are"} on. Each writes every built window in its own form.`
          : "What built windows are written as, for weather centres and the public."
      }
    >
      <Panel title="Projections" flush>
        <Loaded query={projections}>
          {(data) =>
            data.length === 0 ? (
              <Empty title="No projections">They come with the first start of the line.</Empty>
            ) : (
              <Table label="Projections" columns={COLUMNS} rows={data} rowKey={({ name }) => name} />
            )
          }
        </Loaded>
      </Panel>
    </Page>
  );
}

"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import type { SettingChange } from "../../../server/configuration/model";
import { ConfigurationForm } from "../../_form/configuration-form";
import { useTRPC } from "../../_trpc/client";
import { Loaded } from "../../_trpc/loaded";
import type { Projection } from "../../_trpc/outputs";
import { countText } from "../../_ui/format";
import { Instant } from "../../_ui/instant";
import { Page, Panel } from "../../_ui/page";
import { SkeletonRows } from "../../_ui/states";
import { Facts } from "../../_ui/table";
import { ProjectionState } from "../projection-state";
import { Switch } from "../switch";
import { LatestProducts } from "./latest-products";
import { OwedWindows } from "./owed-windows";
import { ProjectRange } from "./project-range";

export function ProjectionScreen({ name }: { name: string }) {
  const trpc = useTRPC();
  const projection = useQuery(trpc.projection.get.queryOptions({ name }));
  return (
    <Page
      above={
        <Link href="/projections" className="link">
          Projections
        </Link>
      }
      title={name}
      sentence={
        projection.data ? (
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <ProjectionState projection={projection.data} />
            <span>{projection.data.title}</span>
          </span>
        ) : null
      }
      action={projection.data ? <Switch projection={projection.data} /> : null}
    >
      <Loaded
        query={projection}
        skeleton={
          <Panel title="Windows">
            <SkeletonRows rows={3} />
          </Panel>
        }
      >
        {(data) => (
          <>
            <Counts projection={data} />
            <OwedWindows projection={data} />
            <LatestProducts name={name} />
            <Panel
              title="Project a range"
              note="Windows that were built while it was off, or that are to be written again."
            >
              <ProjectRange projection={data} />
            </Panel>
            <Settings name={name} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Counts({ projection }: { projection: Projection }) {
  const { kind, doneLastDay, owed, failed, lastDoneAt } = projection;
  return (
    <Panel title="Windows">
      <Facts
        facts={[
          ["Projected in the last 24 h", countText(doneLastDay)],
          ["Owed", countText(owed)],
          ["Failed", countText(failed)],
          ["Last done", <Instant key="last" at={lastDoneAt} />],
          ["Kind", kind],
        ]}
      />
    </Panel>
  );
}

function Settings({ name }: { name: string }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const configuration = useQuery(trpc.projection.configuration.queryOptions({ name }));
  const configure = useMutation(trpc.projection.configure.mutationOptions());
  const save = async (changes: readonly SettingChange[], version: string) => {
    await configure.mutateAsync({
      name,
      version,
      changes: changes as Parameters<typeof configure.mutateAsync>[0]["changes"],
    });
    await queries.invalidateQueries(trpc.projection.pathFilter());
    return `The settings of ${name} are saved. What is projected from now on uses them; what is done stays until somebody asks for it again.`;
  };
  return (
    <Panel
      title="Configuration"
      note="Windows that are projected after a save use it; nothing is owed by it."
    >
      <Loaded query={configuration}>
        {(data) =>
          data.fields.length === 0 && data.kept.length === 0 ? (
            <p className="text-muted">There is nothing to set.</p>
          ) : (
            <ConfigurationForm
              label={`Configuration of ${name}`}
              configuration={data}
              audited={{ what: "projection configure", subject: name }}
              save={save}
            />
          )
        }
      </Loaded>
    </Panel>
  );
}

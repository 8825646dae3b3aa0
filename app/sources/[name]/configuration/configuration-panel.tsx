"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { SettingChange } from "../../../../server/configuration/model";
import { ConfigurationForm } from "../../../_form/configuration-form";
import { useTRPC } from "../../../_trpc/client";
import { Loaded } from "../../../_trpc/loaded";
import { Panel } from "../../../_ui/page";

/** The settings of a source's kind. */
export function ConfigurationPanel({ name }: { name: string }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const configuration = useQuery(trpc.source.configuration.queryOptions({ name }));
  const configure = useMutation(trpc.source.configure.mutationOptions());
  const save = async (changes: readonly SettingChange[], version: string) => {
    const { notes } = await configure.mutateAsync({
      name,
      version,
      changes: changes as Parameters<typeof configure.mutateAsync>[0]["changes"],
    });
    await queries.invalidateQueries(trpc.source.pathFilter());
    return [`The settings of ${name} are saved: runs that begin from now on use them.`, ...notes].join(" ");
  };
  return (
    <Panel
      title="Configuration"
      note="Runs that begin after a save use it; one that is under way goes on with what it began with."
    >
      <Loaded query={configuration}>
        {(data) =>
          data.fields.length === 0 && data.kept.length === 0 ? (
            <p className="text-muted">
              {data.known
                ? "There is nothing to set in sources of this kind."
                : "This version does not have its kind yet, and the settings file says nothing of it."}
            </p>
          ) : (
            <ConfigurationForm
              label={`Configuration of ${name}`}
              configuration={data}
              audited={{ what: "source configure", subject: name }}
              save={save}
            />
          )
        }
      </Loaded>
    </Panel>
  );
}

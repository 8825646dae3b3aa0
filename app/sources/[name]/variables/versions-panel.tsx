"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "../../../_trpc/client";
import { Loaded } from "../../../_trpc/loaded";
import type { MapVersion, VariableMap } from "../../../_trpc/outputs";
import { useAct } from "../../../_trpc/use-act";
import { Button } from "../../../_ui/button";
import { Choice } from "../../../_ui/field";
import { plural } from "../../../_ui/format";
import { Instant, Nothing } from "../../../_ui/instant";
import { Panel } from "../../../_ui/page";
import { Table } from "../../../_ui/table";
import { Tag } from "../../../_ui/tag";
import type { SavedMap } from "./again-panel";
import { MapChanges } from "./touches";

const nameOf = ({ version, hash }: MapVersion) => `${version} (${hash.slice(0, 8)})`;

/** Every version, who put it in force, and what two of them have differently. */
export function VersionsPanel({ of, onSaved }: { of: VariableMap; onSaved: (saved: SavedMap) => void }) {
  const trpc = useTRPC();
  const versions = useQuery(trpc.variableMap.versions.queryOptions({ source: of.source }));
  return (
    <Panel title="Versions" note="None is ever lost: what was ingested names its own." flush>
      <Loaded query={versions}>
        {(list) => (
          <>
            {of.isDefault ? null : (
              <details className="border-b px-3 py-2">
                <summary className="cursor-pointer">
                  {`The map in force has ${plural(of.fromDefault.length, "difference")} from the plug-in's default`}
                </summary>
                <MapChanges changes={of.fromDefault} label="Difference to the default" />
              </details>
            )}
            <VersionTable of={of} versions={list} onSaved={onSaved} />
            {list.length > 1 ? <Compare of={of} versions={list} /> : null}
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function VersionTable({
  of,
  versions,
  onSaved,
}: {
  of: VariableMap;
  versions: readonly MapVersion[];
  onSaved: (saved: SavedMap) => void;
}) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const use = useMutation(trpc.variableMap.useVersion.mutationOptions());
  const { act, pending } = useAct();
  const again = (version: MapVersion) =>
    act(async () => {
      const { hash } = await use.mutateAsync({ source: of.source, from: of.hash, hash: version.hash });
      await queries.invalidateQueries(trpc.variableMap.pathFilter());
      onSaved({ version: version.version, hash });
      return `Version ${version.version} of the map is in force again for what is collected from now on.`;
    });
  return (
    <Table
      label="Versions"
      rows={versions}
      rowKey={({ hash }) => hash}
      columns={[
        {
          head: "Version",
          cell: (version) => (
            <span className="flex flex-wrap items-center gap-2">
              {version.version}
              <span className="font-mono text-12 text-muted">{version.hash.slice(0, 8)}</span>
              {version.current ? <Tag>in force</Tag> : null}
              {version.isDefault ? <Tag>default</Tag> : null}
            </span>
          ),
        },
        { head: "Variables", number: true, cell: ({ variables }) => variables },
        { head: "First seen", cell: ({ since }) => <Instant at={since} /> },
        {
          head: "Put in force by",
          cell: ({ by }) =>
            by ? (
              <>
                {by.who}, <Instant at={by.at} />
              </>
            ) : (
              <Nothing word="the installation or a message" />
            ),
        },
        {
          head: "",
          cell: (version) =>
            version.current ? null : (
              <Button
                look="quiet"
                pending={pending}
                label={`Use version ${nameOf(version)} again`}
                onPress={() => again(version)}
              >
                Use again
              </Button>
            ),
        },
      ]}
    />
  );
}

function Compare({ of, versions }: { of: VariableMap; versions: readonly MapVersion[] }) {
  const trpc = useTRPC();
  const [before, setBefore] = useState<string>();
  const [after, setAfter] = useState<string>();
  const [newest, older] = versions;
  const chosen = { before: before ?? older?.hash ?? "", after: after ?? newest?.hash ?? "" };
  const difference = useQuery(trpc.variableMap.difference.queryOptions({ source: of.source, ...chosen }));
  const options = versions.map((version) => (
    <option key={version.hash} value={version.hash}>
      {nameOf(version)}
    </option>
  ));
  return (
    <div className="border-t">
      <div className="flex flex-wrap items-start gap-3 px-3 py-2">
        <Choice label="Difference from version" value={chosen.before} onChange={setBefore}>
          {options}
        </Choice>
        <Choice label="to version" value={chosen.after} onChange={setAfter}>
          {options}
        </Choice>
      </div>
      <Loaded query={difference}>
        {(changes) =>
          changes.length === 0 ? (
            <p className="px-3 pb-3 text-muted">They have nothing differently.</p>
          ) : (
            <MapChanges changes={changes} label="Difference of versions" />
          )
        }
      </Loaded>
    </div>
  );
}

"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { useTRPC } from "../../../_trpc/client";
import { Loaded } from "../../../_trpc/loaded";
import type { VariableMap } from "../../../_trpc/outputs";
import { plural } from "../../../_ui/format";
import { Page, Panel } from "../../../_ui/page";
import { SkeletonRows } from "../../../_ui/states";
import { AgainPanel, type SavedMap } from "./again-panel";
import { MapPanel } from "./map-panel";
import { VersionsPanel } from "./versions-panel";

/** A source's variable map: raw columns to CF, what a change touches, its versions, and what was ingested again. */
export function VariablesScreen({ source }: { source: string }) {
  const trpc = useTRPC();
  const [saved, setSaved] = useState<SavedMap>();
  const map = useQuery(trpc.variableMap.get.queryOptions({ source }));
  return (
    <Page
      above={
        <>
          <Link href="/sources" className="link">
            Sources
          </Link>
          {" / "}
          <Link href={`/sources/${encodeURIComponent(source)}`} className="link">
            {source}
          </Link>
        </>
      }
      title={`Variables of ${source}`}
      sentence={map.data ? <Sentence of={map.data} /> : null}
    >
      <Loaded
        query={map}
        skeleton={
          <Panel title="Variables">
            <SkeletonRows rows={8} />
          </Panel>
        }
      >
        {(loaded) => (
          <>
            <MapPanel of={loaded} onSaved={setSaved} />
            <AgainPanel of={loaded} saved={saved} />
            <VersionsPanel of={loaded} onSaved={setSaved} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Sentence({ of: { version, isDefault, map, dataset } }: { of: VariableMap }) {
  return (
    <>
      {`Version ${version} of the map is in force, ${isDefault ? "as the plug-in has it" : "edited here"}: ${plural(map.canonical_variables.length, "variable")} of dataset `}
      <Link href={`/datasets/${encodeURIComponent(dataset)}`} className="link">
        {dataset}
      </Link>
      . What is collected from now on is ingested by it.
    </>
  );
}

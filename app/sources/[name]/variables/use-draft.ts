"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { DataIngestionMap } from "../../../../server/observation/model";
import { useTRPC } from "../../../_trpc/client";
import type { VariableMap } from "../../../_trpc/outputs";
import { useUnsaved } from "../../../_ui/unsaved";
import { type Meant, withColumn } from "./draft";
import { takenOver } from "./take-over";

export const DEFAULT_TYPE = "float64";

/** The declared types of a draft that are not the usual one: their cells are cast by them. */
function typesOf(map: DataIngestionMap): Record<string, string> {
  const declared = [...map.canonical_variables, ...map.metadata_variables];
  return Object.fromEntries(
    declared.filter(({ dtype }) => dtype !== DEFAULT_TYPE).map(({ column, dtype }) => [column, dtype]),
  );
}

/** The draft of a map, with what is to be said about it and the cells that it is of. */
export function useDraft(of: VariableMap) {
  const trpc = useTRPC();
  /** The draft, and the map that it was begun from: what somebody else saves meanwhile does not replace it. */
  const [edited, setEdited] = useState<{ readonly from: VariableMap; readonly map: DataIngestionMap }>();
  const draft = edited?.map ?? of.map;
  const judged = useQuery(
    trpc.mapDraft.judge.queryOptions(
      { source: of.source, map: draft, inForce: of.hash },
      { enabled: edited !== undefined, placeholderData: keepPreviousData },
    ),
  );
  useUnsaved(`the draft of the variable map of ${of.source}`, edited !== undefined);
  const samples = useQuery(
    trpc.mapDraft.samples.queryOptions(
      { source: of.source, dtypes: typesOf(draft) },
      { placeholderData: keepPreviousData, staleTime: 60_000 },
    ),
  );
  const overtaken = edited !== undefined && edited.from.hash !== of.hash;
  return {
    draft,
    /** SHA-256 of the map that it was begun from. */
    from: edited?.from.hash ?? of.hash,
    /** The draft on the map in force, where that is another one than it was begun from. */
    takeOver: overtaken ? takenOver(edited.from.map, edited.map, of.map) : undefined,
    judged: edited === undefined ? undefined : judged,
    samples,
    /** Means one column otherwise. @param began the map that stood when its editor was opened: the first change begins the draft from that */
    mean: (column: string, meant: Meant, began = of) => {
      const { from, map } = edited ?? { from: began, map: began.map };
      setEdited({ from, map: withColumn(map, column, meant) });
    },
    /** Begins anew from the map in force. */
    begin: (map: DataIngestionMap) => setEdited({ from: of, map }),
    discard: () => setEdited(undefined),
  };
}

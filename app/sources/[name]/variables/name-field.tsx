"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { useTRPC } from "../../../_trpc/client";
import type { FoundName, StandardName } from "../../../_trpc/outputs";
import { SearchField } from "../../../_ui/search-field";

function FoundLine({ found: { name, canonicalUnit, description, alias } }: { found: FoundName }) {
  return (
    <span className="flex flex-col">
      <span className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="font-medium break-all">{name}</span>
        <span className="text-12 text-muted">{canonicalUnit}</span>
      </span>
      {description ? <span className="text-12 text-muted">{description}</span> : null}
      {alias ? <span className="text-12 text-muted">{`formerly ${alias}`}</span> : null}
    </span>
  );
}

/** A CF standard name, searched over the whole table by word, unit and former spelling; what it means stands below it. */
export function NameField({
  value,
  onChange,
  known,
  error,
}: {
  value: string;
  onChange: (name: string) => void;
  /** What CF's table says of what is typed. */
  known: StandardName | undefined;
  error: string | undefined;
}) {
  const trpc = useTRPC();
  const found = useQuery(
    trpc.mapDraft.names.queryOptions({ words: value }, { placeholderData: keepPreviousData }),
  );
  return (
    <SearchField
      label="CF standard name"
      value={value}
      onChange={onChange}
      error={error}
      nothing={found.data ? "CF's table has nothing like it" : "Searching…"}
      found={(found.data ?? []).map((each) => ({ key: each.name, children: <FoundLine found={each} /> }))}
    >
      {known && known.kind !== "unknown" ? (
        <p className="text-12 text-muted">
          {known.kind === "alias" ? `A former spelling of ${known.name}, which is taken. ` : ""}
          {known.description ? `${known.description}. ` : ""}
          {`CF's unit is ${known.canonicalUnit}. `}
          <a href={known.link} target="_blank" rel="noreferrer" className="link whitespace-nowrap">
            In CF's table
            <ExternalLink aria-hidden="true" className="ml-1 inline size-3" />
            <span className="sr-only"> (opens another site)</span>
          </a>
        </p>
      ) : null}
    </SearchField>
  );
}

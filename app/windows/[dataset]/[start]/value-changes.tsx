"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import { ALONE } from "../../../_trpc/alone";
import { useTRPCClient } from "../../../_trpc/client";
import { Loaded } from "../../../_trpc/loaded";
import type { RevisionComparison, WindowDetail } from "../../../_trpc/outputs";
import { Button } from "../../../_ui/button";
import { countText, instantText, plural } from "../../../_ui/format";
import { MarkGlyph } from "../../../_ui/mark";
import { type Column, Table } from "../../../_ui/table";
import { GoneFile } from "./gone-file";

type Compared = Extract<RevisionComparison, { kind: "compared" }>;
type Field = Compared["fields"][number];
type Example = Compared["examples"][number];

/** What the files of two revisions say; read when it is asked for, as it may take a while, and stopped when nobody waits for it any more. */
export function ValueChanges({
  window,
  before,
  after,
}: {
  window: WindowDetail;
  before: number;
  after: number;
}) {
  const client = useTRPCClient();
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const { dataset, start, end } = window;
  // Not under the API's own names: what two finished revisions hold does not change, however often their window does.
  const queryKey = ["comparison", dataset, start, end, before, after];
  const comparison = useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      client.dataset.compareRevisions.query(
        { dataset, start, end, before, after },
        { signal, context: ALONE },
      ),
    enabled: asked,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
  });
  const stop = () => {
    setAsked(false);
    // Ends the request, and with it the work of whoever answers it.
    void queries.cancelQueries({ queryKey });
  };
  if (!asked && comparison.data === undefined)
    return (
      <div className="flex flex-wrap items-center gap-3">
        <Button onPress={() => setAsked(true)}>Compare the values</Button>
        <p className="text-13 text-muted">Reads both files, row by row, for half a minute at most.</p>
      </div>
    );
  if (comparison.isFetching)
    return (
      <div role="status" className="flex flex-wrap items-center gap-3">
        <MarkGlyph glyph="arrow" tone="building" />
        <span>Both files are read and compared…</span>
        <Button onPress={stop}>
          <X aria-hidden="true" className="size-3.5" />
          Stop
        </Button>
      </div>
    );
  return <Loaded query={comparison}>{(data) => <Result comparison={data} />}</Loaded>;
}

function Result({ comparison }: { comparison: RevisionComparison }) {
  switch (comparison.kind) {
    case "same":
      return <p>Both revisions are the same bytes: no value differs.</p>;
    case "gone":
      return <GoneFile revision={comparison.revision} removedAt={comparison.removedAt} />;
    case "too-long":
      return (
        <p>
          The comparison took more than {comparison.seconds} s and was given up, so that pages stay quick. The
          counts above stand; download both files to compare their values.
        </p>
      );
    case "compared":
      return <Changes compared={comparison} />;
  }
}

function Changes({ compared }: { compared: Compared }) {
  const { rows, stations, fields, examples } = compared;
  const changed = fields.filter(({ added, removed, changed }) => added + removed + changed > 0);
  return (
    <div className="flex flex-col gap-4">
      <ul aria-label="Rows and stations that differ">
        <li>
          {plural(rows.added, "row")} added, {countText(rows.removed)} removed; of {plural(rows.kept, "row")}{" "}
          in both, {countText(rows.changed)} changed.
        </li>
        <li>
          {plural(stations.added.total, "station")} added{named(stations.added)},{" "}
          {countText(stations.removed.total)} removed{named(stations.removed)}.
        </li>
      </ul>
      {changed.length === 0 ? (
        <p>No value differs.</p>
      ) : (
        <Table
          label="Values that differ"
          columns={FIELDS}
          rows={changed}
          rowKey={({ column }) => column.name}
        />
      )}
      {examples.length === 0 ? null : (
        <section aria-label="Examples of changed values">
          <h3 className="mb-1 text-13 font-medium">
            {examples.length === 1 ? "The one changed value" : `${examples.length} changed values`}
          </h3>
          <Table
            label="Examples of changed values"
            columns={examplesOf(fields)}
            rows={examples}
            rowKey={({ at, station, column }) => `${at} ${station} ${column}`}
          />
        </section>
      )}
    </div>
  );
}

function named({ total, named: names }: Compared["stations"]["added"]): string {
  if (total === 0) return "";
  return ` (${names.join(", ")}${total > names.length ? ` and ${countText(total - names.length)} more` : ""})`;
}

function Variable({ column }: { column: Field["column"] }) {
  return (
    <span className="flex flex-col" title={column.name}>
      <span>{column.standardName ?? column.name}</span>
      <span className="text-muted">{unitText(column)}</span>
    </span>
  );
}

function unitText({ role, unit }: Field["column"]): string {
  if (role === "metadata") return "an attribute";
  return unit === undefined || unit === "" || unit === "1" ? "no unit" : unit;
}

const FIELDS: readonly Column<Field>[] = [
  { head: "Variable", cell: ({ column }) => <Variable column={column} /> },
  { head: "Values added", number: true, cell: ({ added }) => countText(added) },
  { head: "Removed", number: true, cell: ({ removed }) => countText(removed) },
  { head: "Changed", number: true, cell: ({ changed }) => countText(changed) },
];

function examplesOf(fields: readonly Field[]): readonly Column<Example>[] {
  const columnOf = (name: string) => fields.find(({ column }) => column.name === name)?.column;
  return [
    { head: "Station", cell: ({ station }) => station },
    { head: "Time", cell: ({ at }) => instantText(at) },
    {
      head: "Variable",
      cell: ({ column: name }) => {
        const column = columnOf(name);
        return column ? <Variable column={column} /> : name;
      },
    },
    { head: "Before", number: true, cell: ({ before }) => String(before) },
    { head: "After", number: true, cell: ({ after }) => String(after) },
  ];
}

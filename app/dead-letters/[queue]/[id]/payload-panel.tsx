"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../../_trpc/client";
import { Loaded } from "../../../_trpc/loaded";
import type { LetterRows } from "../../../_trpc/outputs";
import { plural } from "../../../_ui/format";
import { Nothing } from "../../../_ui/instant";
import { Panel } from "../../../_ui/page";
import { Empty, SkeletonRows } from "../../../_ui/states";

type Readable = Exclude<LetterRows, { unreadable: string }>;

/** The beginning of the payload that a letter names, as it came: what is wrong with it is often seen at once. */
export function PayloadPanel({ queue, id }: { queue: string; id: string }) {
  const trpc = useTRPC();
  const rows = useQuery(trpc.deadLetter.rows.queryOptions({ queue, id }));
  if (rows.data === null) return null;
  return (
    <Panel title="The payload" note={rows.data ? noteOf(rows.data) : ""} flush>
      <Loaded query={rows} skeleton={<SkeletonRows rows={4} />}>
        {(data) => {
          if (data === null) return null;
          if ("unreadable" in data) return <Unreadable text={data.unreadable} />;
          if (data.rows.length === 0)
            return <Empty title="No rows">The file is whole, and it has no rows.</Empty>;
          return <PayloadTable payload={data} />;
        }}
      </Loaded>
    </Panel>
  );
}

function noteOf(data: LetterRows): string {
  if ("unreadable" in data) return "";
  const shown = data.rows.length < data.total ? `The first ${data.rows.length} of ` : "";
  return `${shown}${plural(data.total, "row")}, every cell as the file has it, long ones cut.`;
}

function Unreadable({ text }: { text: string }) {
  return (
    <div className="flex flex-col gap-1 p-4">
      <p>The file is in our store and cannot be read as Parquet.</p>
      <p className="break-words text-muted">{text}</p>
    </div>
  );
}

function PayloadTable({ payload: { columns, rows } }: { payload: Readable }) {
  return (
    <section
      aria-label="The payload's rows, a table that scrolls"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
      tabIndex={0}
      className="max-h-[420px] overflow-auto"
    >
      <table className="table text-13" aria-label="The payload's rows">
        <thead className="sticky top-0 bg-panel">
          <tr>
            {columns.map(({ name, type }) => (
              <th key={name} scope="col">
                {name}
                <span className="block font-normal text-muted">{type.toLowerCase()}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows of a file have no other name than their place
            <tr key={place}>
              {columns.map(({ name }, column) => (
                <td key={name} className="whitespace-nowrap">
                  {row[column] ?? <Nothing word="missing" />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

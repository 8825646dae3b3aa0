import { Fragment } from "react";
import type { Dataset } from "../../_trpc/outputs";
import { Nothing } from "../../_ui/instant";
import { Empty } from "../../_ui/states";
import { type Column, Table } from "../../_ui/table";
import { Tag } from "../../_ui/tag";

type Canonical = Dataset["columns"][number];

/** The unit of a column; times have UTC for one, text has none. */
export function unitOf({ role, unit }: Pick<Canonical, "role" | "unit">): string {
  if (unit !== undefined) return unit;
  if (role === "time") return "UTC";
  if (role === "latitude" || role === "longitude") return "degrees";
  return "";
}

/** Of a number without one it is said, so that nobody takes one for granted: maps declare none for metadata. */
function Unit({ column }: { column: Canonical }) {
  const unit = unitOf(column);
  return unit === "" && isNumber(column) ? <Nothing word="none declared" /> : unit;
}

export function isNumber({ dtype }: Pick<Canonical, "dtype">): boolean {
  return !/string|text|varchar|bool/i.test(dtype);
}

/** A name of many words, which may go on in the next line behind an underscore. */
function Words({ name }: { name: string }) {
  return [...name.matchAll(/[^_]+_*|_+/g)].map(({ 0: word, index }) => (
    <Fragment key={index}>
      <wbr />
      {word}
    </Fragment>
  ));
}

const COLUMNS: readonly Column<Canonical>[] = [
  {
    head: "Column",
    cell: ({ name }) => (
      <span className="font-mono text-12">
        <Words name={name} />
      </span>
    ),
  },
  { head: "Role", cell: ({ role }) => role },
  {
    head: "CF standard name",
    cell: ({ standardName, cf }) =>
      standardName === undefined ? (
        <Nothing word="" />
      ) : (
        <span className="inline-flex flex-wrap gap-x-2 gap-y-1">
          <span>
            <Words name={standardName} />
          </span>
          {cf === false ? <Tag title="The CF table does not know this name.">not CF</Tag> : null}
        </span>
      ),
  },
  { head: "Unit", cell: (column) => <Unit column={column} /> },
  { head: "Height", number: true, cell: ({ level }) => (level === undefined ? "" : `${level} m`) },
  { head: "Method", cell: ({ method }) => method ?? "" },
  { head: "Period", cell: ({ period }) => period ?? "" },
  { head: "Type", cell: ({ dtype }) => <span className="font-mono text-12">{dtype}</span> },
];

export function ColumnTable({ columns }: { columns: readonly Canonical[] }) {
  if (columns.length === 0)
    return <Empty title="No columns yet">They are known as soon as the first window is built.</Empty>;
  return <Table label="Columns" columns={COLUMNS} rows={columns} rowKey={({ name }) => name} />;
}

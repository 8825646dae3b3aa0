import { memo, type ReactNode } from "react";

export interface Column<Row> {
  readonly head: string;
  /** Right-aligned, never broken. */
  readonly number?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

/** A table; on a narrow page its rows become cards. Numbers stand right-aligned. */
export function Table<Row>({
  label,
  columns,
  rows,
  rowKey,
  cards = true,
}: {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** False for tables as wide as their data, which scroll instead. */
  cards?: boolean;
}) {
  return (
    <table className={cards ? "table cards" : "table"} aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.head} scope="col" className={column.number ? "number" : ""}>
              {column.head === "" ? <span className="sr-only">Actions</span> : column.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <TableRow key={rowKey(row)} columns={columns as readonly Column<unknown>[]} row={row} />
        ))}
      </tbody>
    </table>
  );
}

/** Not drawn again as long as columns and row are the same. */
const TableRow = memo(function TableRow({
  columns,
  row,
}: {
  columns: readonly Column<unknown>[];
  row: unknown;
}) {
  return (
    <tr>
      {columns.map((column) => (
        <td key={column.head} data-head={column.head} className={column.number ? "number" : ""}>
          <div className="min-w-0">{column.cell(row)}</div>
        </td>
      ))}
    </tr>
  );
});

/** Names and values, for the facts of one thing. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-2 md:grid-cols-[repeat(auto-fill,minmax(176px,1fr))] gap-x-6 gap-y-3">
      {facts.map(([name, value]) => (
        <div key={name} className="min-w-0">
          <dt className="text-12 text-muted">{name}</dt>
          <dd className="break-words [&_time]:whitespace-normal">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

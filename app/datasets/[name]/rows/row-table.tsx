"use client";

import { ArrowDown, ArrowUp, ArrowUpDown } from "lucide-react";
import { Button } from "react-aria-components";
import type { BrowsedRows } from "../../../_trpc/outputs";
import { instantText } from "../../../_ui/format";
import { unitOf } from "../column-table";

type Cell = BrowsedRows["rows"][number][number];
type Column = BrowsedRows["columns"][number];

export interface Sort {
  readonly column: string;
  readonly down: boolean;
}

/** A wide table scrolls by itself, and by keyboard; its heads sort. */
export function RowTable({
  rows: { columns, rows },
  sort,
  onSort,
}: {
  rows: BrowsedRows;
  sort: Sort | undefined;
  onSort: (sort: Sort | undefined) => void;
}) {
  const decimals = columns.map(({ role }, place) =>
    decimalsOf(
      rows.map((row) => row[place] ?? null),
      role === "variable" ? 3 : 5,
    ),
  );
  return (
    <section
      aria-label="The rows, a table that scrolls"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
      tabIndex={0}
      className="max-h-[520px] overflow-auto"
    >
      <table className="table text-13" aria-label="Rows">
        <thead className="sticky top-0 bg-panel">
          <tr>
            {columns.map((column) => (
              <th
                key={column.name}
                scope="col"
                aria-sort={sortOf(column, sort)}
                className={isNumber(column) ? "number" : ""}
              >
                <ColumnHead column={column} sort={sort} onSort={onSort} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own
            <tr key={index}>
              {columns.map((column, place) => (
                <td key={column.name} className={isNumber(column) ? "number" : "whitespace-nowrap"}>
                  <CellText cell={row[place] ?? null} column={column} decimals={decimals[place] ?? 0} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function sortOf({ name }: Column, sort: Sort | undefined): "ascending" | "descending" | "none" {
  if (sort?.column !== name) return "none";
  return sort.down ? "descending" : "ascending";
}

/** Up, down, and as the files are. */
function nextSort({ name }: Column, sort: Sort | undefined): Sort | undefined {
  if (sort?.column !== name) return { column: name, down: false };
  return sort.down ? undefined : { column: name, down: true };
}

function ColumnHead({
  column,
  sort,
  onSort,
}: {
  column: Column;
  sort: Sort | undefined;
  onSort: (sort: Sort | undefined) => void;
}) {
  const unit = unitOf(column);
  const own = sort?.column === column.name;
  const Icon = own ? (sort.down ? ArrowDown : ArrowUp) : ArrowUpDown;
  return (
    <Button
      onPress={() => onSort(nextSort(column, sort))}
      className={`inline-flex cursor-pointer flex-col rounded text-left hover:bg-raised ${isNumber(column) ? "items-end" : "items-start"}`}
    >
      <span className="inline-flex items-center gap-1 text-ink" title={column.name}>
        {column.standardName ?? column.name}
        <Icon aria-hidden="true" className={`size-3.5 ${own ? "text-accent" : "text-muted"}`} />
      </span>
      <span className="font-normal">
        {[unit, column.method === "point" ? "" : column.method].filter(Boolean).join(", ") || "\u00a0"}
      </span>
    </Button>
  );
}

function isNumber({ role, kind }: Column): boolean {
  return role === "latitude" || role === "longitude" || role === "variable" || kind === "number";
}

/** As many decimals as the column's values need, so that they stand in line; the whole value is in the tooltip. */
function decimalsOf(cells: readonly Cell[], most: number): number {
  const needed = cells.map((cell) =>
    typeof cell === "number" ? (String(cell).split(".")[1]?.split("e")[0]?.length ?? 0) : 0,
  );
  return Math.min(most, Math.max(0, ...needed));
}

/** Missing is a hollow ring, not an empty cell. */
function CellText({ cell, column, decimals }: { cell: Cell; column: Column; decimals: number }) {
  if (cell === null)
    return (
      <span role="img" aria-label="missing" title="missing" className="text-muted">
        ○
      </span>
    );
  if (column.kind === "time" && typeof cell === "number") return instantText(cell).replace(" UTC", "");
  if (typeof cell === "number") return <span title={String(cell)}>{cell.toFixed(decimals)}</span>;
  return String(cell);
}

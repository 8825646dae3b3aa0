"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../_trpc/client";
import { Loaded } from "../../_trpc/loaded";
import type { Preview } from "../../_trpc/outputs";
import { instantText, plural, spanText } from "../../_ui/format";
import { Panel } from "../../_ui/page";
import { Empty } from "../../_ui/states";
import { unitOf } from "./column-table";

type Cell = Preview["rows"][number][number];
type Canonical = Preview["columns"][number];

export function PreviewPanel({ name }: { name: string }) {
  const trpc = useTRPC();
  const preview = useQuery(trpc.dataset.preview.queryOptions({ name }));
  const note = preview.data
    ? `The first ${plural(preview.data.rows.length, "row")} of ${spanText(preview.data.window.start, preview.data.window.end)}.`
    : "";
  return (
    <Panel title="Rows" note={note} flush>
      <Loaded query={preview}>
        {(data) =>
          data === null || data.rows.length === 0 ? (
            <Empty title="No rows yet">
              The first rows of the newest file stand here as soon as a window is built.
            </Empty>
          ) : (
            <PreviewTable preview={data} />
          )
        }
      </Loaded>
    </Panel>
  );
}

/** A wide table scrolls by itself, and by keyboard. */
function PreviewTable({ preview }: { preview: Preview }) {
  const decimals = preview.columns.map(({ role }, place) =>
    decimalsOf(
      preview.rows.map((row) => row[place] ?? null),
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
            {preview.columns.map((column) => (
              <th key={column.name} scope="col" className={isNumber(column) ? "number" : ""}>
                <ColumnHead column={column} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own, and their order is fixed
            <tr key={index}>
              {preview.columns.map((column, place) => (
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

function ColumnHead({ column }: { column: Canonical }) {
  const unit = unitOf(column);
  return (
    <span title={column.name} className="inline-flex flex-col">
      <span className="text-ink">{column.standardName ?? column.name}</span>
      <span className="font-normal">
        {[unit, column.method === "point" ? "" : column.method].filter(Boolean).join(", ") || "\u00a0"}
      </span>
    </span>
  );
}

function isNumber({ role, dtype }: Canonical): boolean {
  return role === "latitude" || role === "longitude" || role === "variable" || /^(u?int|float)/.test(dtype);
}

/** As many decimals as the column's values need, so that they stand in line; the whole value is in the tooltip. */
function decimalsOf(cells: readonly Cell[], most: number): number {
  const needed = cells.map((cell) =>
    typeof cell === "number" ? (String(cell).split(".")[1]?.split("e")[0]?.length ?? 0) : 0,
  );
  return Math.min(most, Math.max(0, ...needed));
}

/** Missing is a hollow ring, not an empty cell. */
function CellText({ cell, column, decimals }: { cell: Cell; column: Canonical; decimals: number }) {
  if (cell === null)
    return (
      <span role="img" aria-label="missing" title="missing" className="text-muted">
        ○
      </span>
    );
  if (column.role === "time" && typeof cell === "number") return instantText(cell).replace(" UTC", "");
  if (typeof cell === "number") return <span title={String(cell)}>{cell.toFixed(decimals)}</span>;
  return String(cell);
}

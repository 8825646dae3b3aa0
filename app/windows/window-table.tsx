"use client";

import Link from "next/link";
import type { WindowLine } from "../_trpc/outputs";
import { countText, percentText } from "../_ui/format";
import { Instant, Nothing, Span, Words } from "../_ui/instant";
import { type Column, Table } from "../_ui/table";
import { Synthetic } from "../_ui/tag";
import { useInSteps } from "../_ui/use-in-steps";
import { windowHref } from "./window-href";
import { WindowStateMark } from "./window-state";

/** What is not built has no rows yet, which is not the same as none. */
function ofRevision({ revision }: WindowLine, count: number) {
  return revision === undefined ? <Nothing word="" /> : countText(count);
}

const COLUMNS: readonly Column<WindowLine>[] = [
  {
    head: "Window",
    cell: (window) => (
      <span className="flex flex-col gap-0.5">
        <Link href={windowHref(window)} className="link font-medium">
          <Span start={window.start} end={window.end} />
        </Link>
        <span className="flex flex-wrap gap-x-2 gap-y-1 text-muted">
          {window.dataset}
          {window.synthetic ? <Synthetic /> : null}
        </span>
      </span>
    ),
  },
  { head: "State", cell: (window) => <WindowStateMark window={window} /> },
  {
    head: "Why",
    cell: (window) => (
      <span className="block max-w-[44ch] text-muted xl:min-w-52">
        <Words text={window.reason} />
      </span>
    ),
  },
  { head: "Revision", number: true, cell: (window) => window.revision ?? <Nothing /> },
  { head: "Rows", number: true, cell: (window) => ofRevision(window, window.rows) },
  { head: "Stations", number: true, cell: (window) => ofRevision(window, window.stations) },
  { head: "Coverage", number: true, cell: (window) => percentText(window.coverageShare) },
  {
    head: "Built",
    cell: ({ builtAt }) => (builtAt === undefined ? <Nothing word="" /> : <Instant at={builtAt} />),
  },
];

const keyOf = ({ dataset, start, end }: WindowLine) => `${dataset} ${start} ${end}`;
/** So many new rows are laid out within a few milliseconds. */
const AT_ONCE = 5;

export function WindowTable({ windows, label }: { windows: readonly WindowLine[]; label: string }) {
  const rows = useInSteps(windows, keyOf, AT_ONCE);
  return <Table label={label} columns={COLUMNS} rows={rows} rowKey={keyOf} />;
}

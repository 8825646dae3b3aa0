"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, type RefObject, useCallback, useMemo, useState } from "react";
import type { Micros } from "../../../server/observation/time";
import type { ReasonClass } from "../../../server/window/model";
import { failureOf } from "../../_trpc/failure";
import { Panel } from "../../_ui/page";
import { Failed, NotUpToDate } from "../../_ui/states";
import { windowHref } from "../window-href";
import { ticksOf } from "./axis";
import { GridLane } from "./grid-lane";
import { GridSkeleton } from "./grid-skeleton";
import { GridTools } from "./grid-tools";
import { Legend } from "./legend";
import { NoRows } from "./no-rows";
import { APART_PX, ROW_PX } from "./paint";
import {
  type Cell,
  countsIn,
  type GridFilter,
  isOfSeveral,
  type Picture,
  type Reach,
  rectangle,
} from "./picture";
import { type RowHead, RowHeads } from "./row-heads";
import type { Selection, SelectionStep } from "./selection";
import { TimeAxis } from "./time-axis";
import { useGridPicture } from "./use-grid-picture";
import type { Move } from "./use-grid-time";
import { useLatest } from "./use-latest";
import { useWidth } from "./use-width";
import { type GridTime, spanOf, zoomedTo } from "./view";

/** Rows in sight at most; more are scrolled to, and only those in sight are painted. */
const MOST_ROWS = 20;
const LABEL_PX = 84;

export interface WindowsGridProps {
  /** What has the focus of the keyboard in it. */
  readonly cells: RefObject<HTMLDivElement | null>;
  readonly dataset: string | undefined;
  readonly reasons: readonly ReasonClass[] | undefined;
  readonly words: string | undefined;
  readonly filter: GridFilter;
  readonly onFilter: (filter: GridFilter) => void;
  readonly time: GridTime;
  readonly now: number;
  readonly move: (time: GridTime, how: Move) => void;
  readonly selection: Selection;
  readonly step: (step: SelectionStep) => void;
  /** Stands below the cells: what is selected. */
  readonly children: ReactNode;
}

/** The windows of all datasets over time: one row a dataset, one cell a window, the newest at the right. */
export function WindowsGrid(props: WindowsGridProps) {
  const { dataset, reasons, words, filter, onFilter, time, now, move, selection } = props;
  const [lane, width] = useWidth<HTMLDivElement>();
  const span = useMemo(() => spanOf(time, now), [time, now]);
  const { query, picture } = useGridPicture(span, width, { dataset, reasons, words });
  const counts = useMemo(() => picture && countsIn(picture, span), [picture, span]);
  // Of what a filter hides nothing is said, nor of what it leaves between.
  const holes = reasons === undefined && words === undefined && filter.states === undefined && !filter.stale;
  const cursor = selection.cursor && (selection.cursor.start + selection.cursor.end) / 2;
  const pivot = cursor !== undefined && cursor > span.start && cursor < span.end ? cursor : undefined;
  return (
    <Panel
      title="Grid"
      note={<span className="hidden md:inline">Ctrl and the wheel zoom, the wheel sideways moves.</span>}
      action={<GridTools time={time} now={now} pivot={pivot} move={move} />}
      flush
    >
      <div ref={lane} className="relative">
        {picture === undefined && query.error ? (
          <Failed failure={failureOf(query.error)} retry={() => query.refetch()} />
        ) : picture === undefined ? (
          <GridSkeleton />
        ) : picture.rows.length === 0 ? (
          <NoRows dataset={dataset} />
        ) : (
          <Rows {...props} picture={picture} span={span} whole={width} holes={holes} />
        )}
      </div>
      {query.data && query.data.leftOut > 0 ? (
        <p className="border-t px-3 py-2 text-13 text-muted">
          {query.data.leftOut} more datasets have no room here: choose one above.
        </p>
      ) : null}
      <Legend filter={filter} counts={counts} holes={holes} onChange={onFilter} />
      {props.children}
      {/* Below, so that the cells stay where they are. */}
      {query.error && picture ? <NotUpToDate failure={failureOf(query.error)} /> : null}
    </Panel>
  );
}

const HEAD_PX = { narrow: 104, wide: 208 } as const;

/** Names at the left, cells at the right, the time above. */
function Rows({
  cells,
  picture,
  span,
  whole,
  holes,
  filter,
  time,
  now,
  move,
  selection,
  step,
}: WindowsGridProps & {
  picture: Picture;
  span: ReturnType<typeof spanOf>;
  whole: number;
  /** Whether time without windows is shown. */
  holes: boolean;
}) {
  const { rows } = picture;
  const router = useRouter();
  const [top, setTop] = useState(0);
  const heads = useHeads(rows);
  const selectRow = useLatest((place: number, add: boolean) =>
    step({ kind: add ? "toggle" : "select", ranges: rectangle(rows, place, place, span) }),
  );
  const head = whole < 640 ? HEAD_PX.narrow : HEAD_PX.wide;
  const height = Math.min(rows.length, MOST_ROWS) * ROW_PX;
  // Beside more rows than are in sight stands a bar to scroll them by.
  const width = Math.max(1, whole - head - (rows.length > MOST_ROWS ? 16 : 0));
  const ticks = useMemo(() => ticksOf(span, Math.floor(width / LABEL_PX)), [span, width]);
  const apart = holes ? (APART_PX * (span.end - span.start)) / width : undefined;
  const reach = useMemo((): Reach => ({ ...filter, apart }), [filter, apart]);
  const scrolled = useMemo(() => ({ top, height }), [top, height]);
  const near = useCallback(
    (cell: Cell, at?: Micros) => {
      const closer = (span.end - span.start) / 8;
      const whole = 1.2 * (cell.end - cell.start);
      // A hole may be longer than the view.
      const length = !isOfSeveral(cell) ? closer : cell.hole ? Math.min(whole, closer) : whole;
      const middle = at ?? (cell.hole ? cell.start : (cell.start + cell.end) / 2);
      move(zoomedTo({ start: middle - 1, end: middle + 1 }, length, undefined, now), "step");
    },
    [move, span, now],
  );
  const open = useCallback(
    (cell: Cell) => (isOfSeveral(cell) ? near(cell) : router.push(windowHref(cell))),
    [router, near],
  );
  return (
    <>
      <div style={{ marginLeft: head, width }} className="border-l">
        <TimeAxis span={span} ticks={ticks} width={width} now={now} />
      </div>
      <div
        className="flex overflow-x-hidden overflow-y-auto border-t"
        style={{ height }}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      >
        <div className="shrink-0" style={{ width: head }}>
          <RowHeads heads={heads} onSelect={selectRow} />
        </div>
        <div className="relative" style={{ width }}>
          <GridLane
            lane={cells}
            rows={rows}
            filter={reach}
            span={span}
            known={picture}
            ticks={ticks}
            width={width}
            scrolled={scrolled}
            time={time}
            now={now}
            selection={selection}
            step={step}
            move={move}
            open={open}
            near={near}
          />
        </div>
      </div>
    </>
  );
}

/** The names of the rows; the same as long as they are called the same, whatever was answered for them. */
function useHeads(rows: Picture["rows"]): readonly RowHead[] {
  const named = rows.map(({ dataset, synthetic }): RowHead => ({ dataset, synthetic }));
  const key = JSON.stringify(named);
  // biome-ignore lint/correctness/useExhaustiveDependencies: names of the same key are the same
  return useMemo(() => named, [key]);
}

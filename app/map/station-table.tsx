"use client";

import { useEffect, useState } from "react";
import { Button } from "../_ui/button";
import { Choice } from "../_ui/field";
import { countText, plural } from "../_ui/format";
import { Instant } from "../_ui/instant";
import { Panel } from "../_ui/page";
import { Empty } from "../_ui/states";
import { type Column, Table } from "../_ui/table";
import type { Box } from "./reading/box";
import type { MapWorker } from "./reading/map-worker";
import type { Answers, StationLine } from "./reading/messages";
import type { Filter, Order } from "./reading/station-list";
import type { PointsOf } from "./use-points";
import { valueText } from "./value-text";

const PAGE = 25;

const ORDERS = {
  high: ["Highest value first", { by: "value", down: true }],
  low: ["Lowest value first", { by: "value", down: false }],
  station: ["By station", { by: "station", down: false }],
  newest: ["Newest first", { by: "time", down: true }],
} as const satisfies Record<string, readonly [string, Order]>;
type OrderName = keyof typeof ORDERS;

/** The stations of the view, as a table: the same facts without the picture. */
export function StationTable({
  worker,
  points,
  filter,
  boxes,
  unit,
  station,
  onChoose,
}: {
  worker: MapWorker | undefined;
  points: PointsOf | undefined;
  filter: Filter;
  /** What the map shows; undefined: everywhere. */
  boxes: readonly Box[] | undefined;
  unit: string;
  station: string | undefined;
  onChoose: (line: StationLine) => void;
}) {
  const [order, setOrder] = useState<OrderName>("high");
  const [page, setPage] = useState(0);
  const [list, setList] = useState<Answers["list"]>();
  const asked = JSON.stringify({ filter, boxes: boxes ?? null, order: ORDERS[order][1] });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its beginning
  useEffect(() => setPage(0), [asked]);
  useEffect(() => {
    if (!worker || !points) return;
    let stale = false;
    const { boxes: within, ...rest } = JSON.parse(asked);
    const request = { ...rest, boxes: within ?? undefined, offset: page * PAGE, limit: PAGE };
    worker.ask("list", request).then(
      (answer) => {
        if (!stale) setList(answer);
      },
      () => undefined,
    );
    return () => {
      stale = true;
    };
  }, [worker, points, asked, page]);
  const total = list?.total ?? 0;
  const columns: readonly Column<StationLine>[] = [
    {
      head: "Station",
      cell: (line) => (
        <button
          type="button"
          aria-pressed={line.label === station}
          onClick={() => onChoose(line)}
          className="link cursor-pointer text-left break-all aria-pressed:font-semibold"
        >
          {line.label}
        </button>
      ),
    },
    { head: "Value", number: true, cell: ({ value }) => <ValueCell value={value} unit={unit} /> },
    { head: "Observed", cell: ({ time }) => <Instant at={Math.floor(time)} /> },
    { head: "Latitude", number: true, cell: ({ lat }) => `${valueText(lat)}°` },
    { head: "Longitude", number: true, cell: ({ lon }) => `${valueText(lon)}°` },
  ];
  return (
    <Panel
      title="Stations in view"
      note={list ? plural(total, "station") : ""}
      action={
        <Choice label="Order" value={order} onChange={(value) => setOrder(value as OrderName)}>
          {Object.entries(ORDERS).map(([name, [word]]) => (
            <option key={name} value={name}>
              {word}
            </option>
          ))}
        </Choice>
      }
      flush
    >
      {list && total === 0 ? (
        <Empty title="No station is in view">
          Move the map, take filters away, or choose another window.
        </Empty>
      ) : (
        <Table
          label="Stations in view"
          columns={columns}
          rows={list?.lines ?? []}
          rowKey={({ place }) => String(place)}
        />
      )}
      {total > PAGE ? <Pages page={page} total={total} onPage={setPage} /> : null}
    </Panel>
  );
}

export function ValueCell({ value, unit }: { value: number; unit: string }) {
  if (Number.isNaN(value)) return <span className="text-muted">○ missing</span>;
  return <span title={String(value)}>{valueText(value, unit)}</span>;
}

function Pages({ page, total, onPage }: { page: number; total: number; onPage: (page: number) => void }) {
  const [first, last] = [page * PAGE + 1, Math.min(total, (page + 1) * PAGE)];
  return (
    <nav aria-label="Pages of stations" className="flex flex-wrap items-center gap-3 border-t p-2">
      <Button look="quiet" disabled={page === 0} onPress={() => onPage(page - 1)}>
        Stations before
      </Button>
      <span className="text-12 text-muted">
        {countText(first)} to {countText(last)} of {countText(total)}
      </span>
      <Button look="quiet" disabled={last >= total} onPress={() => onPage(page + 1)}>
        Stations after
      </Button>
    </nav>
  );
}

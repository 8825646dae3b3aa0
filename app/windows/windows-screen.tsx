"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { Interval } from "../../server/observation/interval";
import { formatInstant, HOUR, parseInstant } from "../../server/observation/time";
import { type ReasonClass, WindowState } from "../../server/window/model";
import { useTRPC } from "../_trpc/client";
import { Loaded } from "../_trpc/loaded";
import { Button } from "../_ui/button";
import { Choice } from "../_ui/field";
import { countText } from "../_ui/format";
import { More } from "../_ui/more";
import { Page, Panel } from "../_ui/page";
import { Empty } from "../_ui/states";
import { useAddress } from "../_ui/use-address";
import type { GridFilter } from "./_grid/picture";
import { ReprocessSelected } from "./_grid/reprocess-selected";
import { SelectionBar } from "./_grid/selection-bar";
import { useGridTime } from "./_grid/use-grid-time";
import { useSelection } from "./_grid/use-selection";
import { spanOf } from "./_grid/view";
import { WindowsGrid } from "./_grid/windows-grid";
import { ReasonChoice, ReasonField } from "./reason-field";
import { reasonsOf } from "./reason-words";
import { TimeFilter, type TimeSpan } from "./time-filter";
import { WindowTable } from "./window-table";

/** The view stands in the address, so that every one can be shared. */
function useView() {
  const { parameters, change } = useAddress();
  const states = (parameters.get("state") ?? "")
    .split(",")
    .flatMap((each) => WindowState.safeParse(each).data ?? []);
  const stale = parameters.get("stale") === "yes";
  const span: TimeSpan = {
    from: parseInstant(parameters.get("from") ?? ""),
    to: parseInstant(parameters.get("to") ?? ""),
  };
  const filter: GridFilter = { states: states.length === 0 ? undefined : states, stale };
  return {
    parameters,
    change,
    dataset: parameters.get("dataset") ?? undefined,
    reasons: reasonsOf(parameters.get("reason")),
    words: parameters.get("why")?.trim() || undefined,
    filter,
    span,
    setFilter: (next: GridFilter) =>
      change({ state: (next.states ?? []).join(","), stale: next.stale ? "yes" : "" }, "push"),
    setSpan: ({ from, to }: TimeSpan) =>
      change(
        {
          from: from === undefined ? "" : formatInstant(from),
          to: to === undefined ? "" : formatInstant(to),
          last: "",
        },
        "push",
      ),
  };
}

export function WindowsScreen() {
  const trpc = useTRPC();
  const view = useView();
  const { parameters, change, dataset, reasons, words, filter } = view;
  const { time, now, move } = useGridTime(
    { from: parameters.get("from"), to: parameters.get("to"), last: parameters.get("last") },
    change,
  );
  const [selection, step] = useSelection(parameters.get("selected") ?? "", change);
  const datasets = useQuery(trpc.dataset.list.queryOptions());
  const asked = { dataset, reasons, words, stale: filter.stale || undefined, states: filter.states };
  return (
    <Page
      title="Windows"
      sentence="Spans of time of each dataset: what has come for them, and what was made of it. The newest stand at the right, and first in the list."
    >
      <search className="flex flex-wrap items-start gap-3" aria-label="Which windows">
        <Choice label="Dataset" value={dataset ?? ""} onChange={(name) => change({ dataset: name }, "push")}>
          <option value="">All datasets</option>
          {(datasets.data ?? []).map(({ name, synthetic }) => (
            <option key={name} value={name}>
              {synthetic ? `${name} (synthetic)` : name}
            </option>
          ))}
        </Choice>
        <TimeFilter span={view.span} onChange={view.setSpan} />
        <ReasonChoice reasons={reasons} onChange={(reason) => change({ reason }, "push")} />
        <ReasonField words={words ?? ""} onChange={(why) => change({ why }, "push")} />
      </search>
      <WindowsGrid
        dataset={dataset}
        reasons={reasons}
        words={words}
        filter={filter}
        onFilter={view.setFilter}
        time={time}
        now={now}
        move={move}
        selection={selection}
        step={step}
      >
        <SelectionBar
          selection={selection}
          selected={{ ranges: selection.ranges, states: filter.states, stale: asked.stale, reasons, words }}
          onClear={() => step({ kind: "clear" })}
          actions={(selected) => <ReprocessSelected selected={selected} />}
        />
      </WindowsGrid>
      <WindowList
        asked={asked}
        span={listSpan(
          view.span,
          parameters.get("last"),
          reasons !== undefined || words !== undefined,
          spanOf(time, now),
        )}
        picture={spanOf(time, now)}
        onShow={view.setSpan}
      />
    </Page>
  );
}

/**
 * The span that the list is of: what was typed or zoomed to. Of a view up to now that nobody chose it is of all time, unless a reason is looked for,
 * which reads that of every window.
 */
function listSpan(typed: TimeSpan, last: string | null, byReason: boolean, shown: Interval): TimeSpan {
  const inGrid = { from: shown.start - (shown.start % HOUR), to: shown.end + HOUR - (shown.end % HOUR) };
  if (byReason && (typed.from === undefined || typed.to === undefined)) return inGrid;
  if (typed.from !== undefined || typed.to !== undefined || last === null) return typed;
  return inGrid;
}

function WindowList({
  asked,
  span,
  picture,
  onShow,
}: {
  asked: {
    dataset: string | undefined;
    reasons: readonly ReasonClass[] | undefined;
    words: string | undefined;
    stale: boolean | undefined;
    states: readonly WindowState[] | undefined;
  };
  span: TimeSpan;
  /** The time that the grid shows. */
  picture: Interval;
  onShow: (span: TimeSpan) => void;
}) {
  const trpc = useTRPC();
  const { states, reasons, ...rest } = asked;
  const windows = useInfiniteQuery(
    trpc.window.list.infiniteQueryOptions(
      { ...rest, ...span, states: states && [...states], reasons: reasons && [...reasons] },
      { getNextPageParam: (page) => page.next, placeholderData: (previous) => previous },
    ),
  );
  const items = windows.data?.pages.flatMap((page) => page.items) ?? [];
  const chosen = asked.states !== undefined || asked.stale !== undefined;
  const outside = chosen
    ? items.filter(({ start, end }) => end <= picture.start || start >= picture.end)
    : [];
  const filtered = [...Object.values(asked), span.from, span.to].some((each) => each !== undefined);
  return (
    <Panel
      title="Windows"
      note={windows.data ? shown(items.length, windows.hasNextPage) : ""}
      action={outside.length === 0 ? null : <Outside windows={outside} onShow={onShow} />}
      flush
    >
      <Loaded query={windows}>
        {() =>
          items.length === 0 ? (
            <NoWindows filtered={filtered} />
          ) : (
            <WindowTable label="Windows" windows={items} />
          )
        }
      </Loaded>
      <More query={windows} />
    </Panel>
  );
}

/** The list is of all time where nobody chose one, and the picture is of the last days: what it leaves out is said, with the way there. */
function Outside({ windows, onShow }: { windows: readonly Interval[]; onShow: (span: TimeSpan) => void }) {
  const from = Math.floor(Math.min(...windows.map(({ start }) => start)) / HOUR) * HOUR;
  const to = Math.ceil(Math.max(...windows.map(({ end }) => end)) / HOUR) * HOUR;
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      <span className="text-muted">{`${countText(windows.length)} of them outside the picture above.`}</span>
      <Button look="quiet" onPress={() => onShow({ from, to })}>
        Show them there
      </Button>
    </span>
  );
}

function shown(count: number, more: boolean): string {
  if (count === 0) return "";
  return more ? `the newest ${countText(count)}` : `${countText(count)} in all`;
}

function NoWindows({ filtered }: { filtered: boolean }) {
  if (filtered) {
    return (
      <Empty title="No window is like that">
        <Link href="/windows" className="link">
          Show all windows
        </Link>
      </Empty>
    );
  }
  return (
    <Empty title="No windows yet">
      A window appears as soon as a source has been asked for its time.{" "}
      <Link href="/sources" className="link">
        Run a source
      </Link>{" "}
      to bring the first one.
    </Empty>
  );
}

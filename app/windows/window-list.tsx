"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { memo, useMemo } from "react";
import type { Interval } from "../../server/observation/interval";
import { HOUR } from "../../server/observation/time";
import type { ReasonClass, WindowState } from "../../server/window/model";
import { useTRPC } from "../_trpc/client";
import { Loaded } from "../_trpc/loaded";
import { Button } from "../_ui/button";
import { countText } from "../_ui/format";
import { More } from "../_ui/more";
import { Panel } from "../_ui/page";
import { Empty } from "../_ui/states";
import type { TimeSpan } from "./time-filter";
import { WindowTable } from "./window-table";

/**
 * The span that the list is of: what was typed or zoomed to. Of a view up to now that nobody chose it is of all time, unless a reason is looked for,
 * which reads that of every window.
 */
export function listSpan(typed: TimeSpan, last: string | null, byReason: boolean, shown: Interval): TimeSpan {
  const inGrid = { from: shown.start - (shown.start % HOUR), to: shown.end + HOUR - (shown.end % HOUR) };
  if (byReason && (typed.from === undefined || typed.to === undefined)) return inGrid;
  if (typed.from !== undefined || typed.to !== undefined || last === null) return typed;
  return inGrid;
}

/** Which windows are listed; undefined: all. */
export interface ListAsk {
  readonly dataset: string | undefined;
  readonly reasons: readonly ReasonClass[] | undefined;
  readonly words: string | undefined;
  readonly stale: boolean | undefined;
  readonly states: readonly WindowState[] | undefined;
}

/** The windows one by one. What it is given stays the same while the grid is moved: then it is not drawn again. */
export const WindowList = memo(function WindowList({
  asked,
  span,
  picture,
  onShow,
}: {
  asked: ListAsk;
  span: TimeSpan;
  /** The time that the grid showed when it last rested. */
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
  const pages = windows.data?.pages;
  const items = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages]);
  const chosen = asked.states !== undefined || asked.stale !== undefined;
  const outside = chosen
    ? items.filter(({ start, end }) => end <= picture.start || start >= picture.end)
    : [];
  const filtered = [...Object.values(asked), span.from, span.to].some((each) => each !== undefined);
  return (
    // Apart from the rest of the page: what changes in the grid, the browser paints without going through these rows.
    <div className="contain-content">
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
    </div>
  );
});

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

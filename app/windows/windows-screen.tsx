"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { formatInstant, parseInstant } from "../../server/observation/time";
import { WindowState } from "../../server/window/model";
import { useTRPC } from "../_trpc/client";
import { Loaded } from "../_trpc/loaded";
import { Choice } from "../_ui/field";
import { countText } from "../_ui/format";
import { More } from "../_ui/more";
import { Page, Panel } from "../_ui/page";
import { Empty } from "../_ui/states";
import { TimeFilter, type TimeSpan } from "./time-filter";
import { WINDOW_STATE_NAMES, WINDOW_STATES } from "./window-state";
import { WindowTable } from "./window-table";

/** The filter stands in the address, so that every view can be shared. */
function useFilter() {
  const parameters = useSearchParams();
  const router = useRouter();
  const state = WindowState.safeParse(parameters.get("state"));
  const set = (changed: Readonly<Record<string, string>>) => {
    const next = new URLSearchParams(parameters);
    for (const [name, value] of Object.entries(changed)) {
      if (value === "") next.delete(name);
      else next.set(name, value);
    }
    router.replace(next.size === 0 ? "/windows" : `/windows?${next}`, { scroll: false });
  };
  const span: TimeSpan = {
    from: parseInstant(parameters.get("from") ?? ""),
    to: parseInstant(parameters.get("to") ?? ""),
  };
  return {
    dataset: parameters.get("dataset") ?? undefined,
    state: state.success ? state.data : undefined,
    stale: parameters.get("stale") === "yes" ? true : undefined,
    span,
    set,
    setSpan: ({ from, to }: TimeSpan) =>
      set({
        from: from === undefined ? "" : formatInstant(from),
        to: to === undefined ? "" : formatInstant(to),
      }),
  };
}

export function WindowsScreen() {
  const trpc = useTRPC();
  const { dataset, state, stale, span, set, setSpan } = useFilter();
  const datasets = useQuery(trpc.dataset.list.queryOptions());
  const windows = useInfiniteQuery(
    trpc.window.list.infiniteQueryOptions(
      { dataset, stale, ...span, ...(state === undefined ? {} : { states: [state] }) },
      { getNextPageParam: (page) => page.next, placeholderData: (previous) => previous },
    ),
  );
  const filtered = [dataset, state, stale, span.from, span.to].some((each) => each !== undefined);
  return (
    <Page
      title="Windows"
      sentence="Spans of time of each dataset: what has come for them, and what was made of it. Newest first."
    >
      <search className="flex flex-wrap items-start gap-3" aria-label="Which windows">
        <Choice label="Dataset" value={dataset ?? ""} onChange={(value) => set({ dataset: value })}>
          <option value="">All datasets</option>
          {(datasets.data ?? []).map(({ name, synthetic }) => (
            <option key={name} value={name}>
              {synthetic ? `${name} (synthetic)` : name}
            </option>
          ))}
        </Choice>
        <Choice label="State" value={state ?? ""} onChange={(value) => set({ state: value })}>
          <option value="">All states</option>
          {WINDOW_STATE_NAMES.map((name) => (
            <option key={name} value={name}>
              {WINDOW_STATES[name].word}
            </option>
          ))}
        </Choice>
        <TimeFilter span={span} onChange={setSpan} />
        <label className="flex h-8 cursor-pointer items-center gap-2 lg:mt-5">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={stale === true}
            onChange={(event) => set({ stale: event.target.checked ? "yes" : "" })}
          />
          Only stale ones
        </label>
      </search>
      <Panel
        title="Windows"
        note={
          windows.data
            ? shown(windows.data.pages.flatMap((page) => page.items).length, windows.hasNextPage)
            : ""
        }
        flush
      >
        <Loaded query={windows}>
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items);
            if (items.length === 0) return <NoWindows filtered={filtered} />;
            return <WindowTable label="Windows" windows={items} />;
          }}
        </Loaded>
        <More query={windows} />
      </Panel>
    </Page>
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

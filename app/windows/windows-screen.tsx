"use client";

import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { formatInstant, parseInstant } from "../../server/observation/time";
import { WindowState } from "../../server/window/model";
import { useTRPC } from "../_trpc/client";
import { Choice } from "../_ui/field";
import { Page } from "../_ui/page";
import { useAddress } from "../_ui/use-address";
import { GridPart } from "./_grid/grid-part";
import type { GridFilter } from "./_grid/picture";
import { spanOf, timeOf } from "./_grid/view";
import { ReasonChoice, ReasonField } from "./reason-field";
import { reasonsOf } from "./reason-words";
import { TimeFilter, type TimeSpan } from "./time-filter";
import { useNow } from "./use-now";
import { type ListAsk, listSpan, WindowList } from "./window-list";

/** The view stands in the address, so that every one can be shared. What an address leaves as it was stays the same object. */
function useView() {
  const { parameters, change } = useAddress();
  const [state, stale] = [parameters.get("state") ?? "", parameters.get("stale") === "yes"];
  const reason = parameters.get("reason");
  const [from, to, last] = [parameters.get("from"), parameters.get("to"), parameters.get("last")];
  const filter = useMemo((): GridFilter => {
    const states = state.split(",").flatMap((each) => WindowState.safeParse(each).data ?? []);
    return { states: states.length === 0 ? undefined : states, stale };
  }, [state, stale]);
  const span = useMemo(
    (): TimeSpan => ({ from: parseInstant(from ?? ""), to: parseInstant(to ?? "") }),
    [from, to],
  );
  const setFilter = useCallback(
    (next: GridFilter) =>
      change({ state: (next.states ?? []).join(","), stale: next.stale ? "yes" : "" }, "push"),
    [change],
  );
  const setSpan = useCallback(
    (next: TimeSpan) => {
      const written = (instant: number | undefined) => (instant === undefined ? "" : formatInstant(instant));
      change({ from: written(next.from), to: written(next.to), last: "" }, "push");
    },
    [change],
  );
  return {
    change,
    dataset: parameters.get("dataset") ?? undefined,
    reasons: useMemo(() => reasonsOf(reason), [reason]),
    words: parameters.get("why")?.trim() || undefined,
    selected: parameters.get("selected") ?? "",
    address: useMemo(() => ({ from, to, last }), [from, to, last]),
    filter,
    span,
    setFilter,
    setSpan,
  };
}

/** While the grid is moved or dragged over, only the grid is drawn again: where it is going stands in it until it rests. */
export function WindowsScreen() {
  const trpc = useTRPC();
  const { change, dataset, reasons, words, selected, address, filter, span, setFilter, setSpan } = useView();
  const [now, renew] = useNow();
  const datasets = useQuery(trpc.dataset.list.queryOptions());
  const asked = useMemo(
    (): ListAsk => ({ dataset, reasons, words, stale: filter.stale || undefined, states: filter.states }),
    [dataset, reasons, words, filter],
  );
  const rested = spanOf(timeOf(address), now);
  const picture = useMemo(() => ({ start: rested.start, end: rested.end }), [rested.start, rested.end]);
  const byReason = reasons !== undefined || words !== undefined;
  const listed = useMemo(
    () => listSpan(span, address.last, byReason, picture),
    [span, address.last, byReason, picture],
  );
  return (
    <Page
      title="Windows"
      sentence="Spans of time of each dataset: what has come for them, and what was made of it. The newest stand at the right, and first in the list."
    >
      <search className="flex flex-wrap items-start gap-3" aria-label="Which windows">
        <Choice label="Dataset" value={dataset ?? ""} onChange={(name) => change({ dataset: name }, "push")}>
          <option value="">All datasets</option>
          {dataset === undefined || datasets.data?.some(({ name }) => name === dataset) ? null : (
            <option value={dataset}>{dataset}</option>
          )}
          {(datasets.data ?? []).map(({ name, synthetic }) => (
            <option key={name} value={name}>
              {synthetic ? `${name} (synthetic)` : name}
            </option>
          ))}
        </Choice>
        <TimeFilter span={span} onChange={setSpan} />
        <ReasonChoice reasons={reasons} onChange={(reason) => change({ reason }, "push")} />
        <ReasonField words={words ?? ""} onChange={(why) => change({ why }, "push")} />
      </search>
      <GridPart
        dataset={dataset}
        reasons={reasons}
        words={words}
        filter={filter}
        onFilter={setFilter}
        address={address}
        selected={selected}
        now={now}
        renew={renew}
        change={change}
      />
      <WindowList asked={asked} span={listed} picture={picture} onShow={setSpan} />
    </Page>
  );
}

"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { AlertRule, RULE_WORDS } from "../../server/alert/model";
import { useTRPC } from "../_trpc/client";
import { Loaded } from "../_trpc/loaded";
import { Choice } from "../_ui/field";
import { More } from "../_ui/more";
import { Panel } from "../_ui/page";
import { Empty } from "../_ui/states";
import { AlertTable } from "./alert-list";

/** What is wrong now, or was: each problem once. */
export function AlertsPanel() {
  const trpc = useTRPC();
  const [state, setState] = useState<"open" | "resolved">("open");
  const [rule, setRule] = useState<AlertRule | "">("");
  const query = useInfiniteQuery(
    trpc.alert.list.infiniteQueryOptions(
      { state, ...(rule === "" ? {} : { rule }) },
      { getNextPageParam: (page) => page.next },
    ),
  );
  return (
    <Panel
      title="Alerts"
      note="Newest first. They end by themselves when the problem does."
      flush
      action={
        <div className="flex flex-wrap gap-3">
          <Choice label="State" value={state} onChange={(value) => setState(value as typeof state)}>
            <option value="open">open</option>
            <option value="resolved">past</option>
          </Choice>
          <Choice label="Kind" value={rule} onChange={(value) => setRule(value as typeof rule)}>
            <option value="">all</option>
            {AlertRule.options.map((each) => (
              <option key={each} value={each}>
                {RULE_WORDS[each]}
              </option>
            ))}
          </Choice>
        </div>
      }
    >
      <Loaded query={query}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length > 0)
            return (
              <AlertTable
                label={state === "open" ? "Open alerts" : "Past alerts"}
                alerts={items}
                past={state === "resolved"}
              />
            );
          if (rule !== "") return <Empty title="No alert of this kind">Choose another kind above.</Empty>;
          return state === "open" ? (
            <Empty title="Nothing is wrong">
              A source that is silent, a window that is late, and failures in a row stand here as long as they
              last. From when on they count is set on the settings page.
            </Empty>
          ) : (
            <Empty title="No alert yet that is over">What was wrong once is kept here.</Empty>
          );
        }}
      </Loaded>
      <More query={query} />
    </Panel>
  );
}

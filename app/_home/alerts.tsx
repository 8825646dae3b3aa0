"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { RULE_WORDS } from "../../server/alert/model";
import { useTRPC } from "../_trpc/client";
import type { Alert } from "../_trpc/outputs";
import { Instant, Words } from "../_ui/instant";
import { MarkGlyph } from "../_ui/mark";
import { Panel } from "../_ui/page";
import { Mute } from "../operations/alert-list";
import { relevantAlerts } from "./relevant-alerts";

const SHOWN = 5;

/** The newest open alerts. */
export function useOpenAlerts() {
  const trpc = useTRPC();
  return useInfiniteQuery(
    trpc.alert.list.infiniteQueryOptions({ state: "open" }, { getNextPageParam: (page) => page.next }),
  );
}

/** Those of them that nobody has muted. */
export function useLoudAlerts(): readonly Alert[] {
  const items = useOpenAlerts().data?.pages.flatMap((page) => page.items) ?? [];
  return relevantAlerts(items, SHOWN).shown;
}

/** What is wrong and nobody has muted: before anything else. Nothing while nothing is. */
export function HomeAlerts() {
  const query = useOpenAlerts();
  const { shown, more, muted } = relevantAlerts(query.data?.pages.flatMap((page) => page.items) ?? [], SHOWN);
  if (shown.length === 0) return null;
  return (
    <Panel
      title="Alerts"
      note={muted > 0 ? `${muted} more muted` : "They end by themselves when the problem does."}
      action={
        <Link href="/operations" className="link">
          {more > 0 || query.hasNextPage ? "All alerts" : "Operations"}
        </Link>
      }
    >
      <ul className="flex flex-col gap-3">
        {shown.map((alert) => (
          <li key={alert.id} className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
            <div className="flex min-w-0 flex-1 basis-72 gap-2">
              <span className="pt-0.5">
                <MarkGlyph glyph="cross" tone="failed" />
              </span>
              <div className="min-w-0">
                <p>
                  <span className="text-muted">{RULE_WORDS[alert.rule]}</span>{" "}
                  <Link href={alert.href} className="link font-medium break-words">
                    {alert.subject}
                  </Link>{" "}
                  <span className="text-muted">
                    opened <Instant at={alert.openedAt} />
                  </span>
                </p>
                <p className="max-w-[100ch] break-words text-failed">
                  <Words text={alert.sentence} />
                </p>
              </div>
            </div>
            <Mute alert={alert} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

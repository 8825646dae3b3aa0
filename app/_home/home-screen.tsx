"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowRight } from "lucide-react";
import Link from "next/link";
import { silenceWords, useWorkerSilence, type WorkerSilence } from "../_shell/use-worker-silence";
import { useTRPC } from "../_trpc/client";
import { Loaded } from "../_trpc/loaded";
import type { Home, Source } from "../_trpc/outputs";
import { countText } from "../_ui/format";
import { MarkGlyph } from "../_ui/mark";
import { Page, Panel } from "../_ui/page";
import { Empty, SkeletonRows } from "../_ui/states";
import { CheckMark } from "../sources/check-mark";
import { IntakeNotice } from "../sources/intake-notice";
import { windowHref } from "../windows/window-href";
import { WindowTable } from "../windows/window-table";
import { HomeAlerts, useLoudAlerts, useOpenAlerts } from "./alerts";
import { LastDay } from "./last-day";
import { LinePicture } from "./line-picture";
import { alike, keyOf, stateOf } from "./line-state";
import { nextStep } from "./next-step";
import { WindowStates } from "./window-states";

export function HomeScreen() {
  const trpc = useTRPC();
  const home = useQuery(trpc.line.home.queryOptions());
  const sources = useQuery(trpc.source.list.queryOptions());
  // Asked together with the rest, not after it.
  useQuery(trpc.history.lastDay.queryOptions());
  const alerts = useOpenAlerts();
  const silence = useWorkerSilence();
  return (
    <Page
      title="The line"
      sentence={
        home.data
          ? stateOf(home.data, silence && silenceWords(silence))
          : "From the networks to the files, stage by stage."
      }
    >
      <IntakeNotice />
      <Loaded query={home} skeleton={<HomeSkeleton />}>
        {(data) =>
          sources.isPending || alerts.isPending ? (
            <HomeSkeleton />
          ) : (
            <HomeContent home={data} sources={sources.data ?? []} silence={silence} />
          )
        }
      </Loaded>
    </Page>
  );
}

function HomeContent({
  home,
  sources,
  silence,
}: {
  home: Home;
  sources: readonly Source[];
  silence: WorkerSilence | undefined;
}) {
  return (
    <>
      <HomeAlerts />
      {home.failures.length > 0 ? <Failures failures={home.failures} /> : null}
      <Next home={home} sources={sources} />
      <LinePicture stages={home.stages} silence={silence} />
      <LastDay />
      <Panel title="Windows" note="Now; built, incomplete and empty ones of the last 24 h." flush>
        <WindowStates states={home.windowStates} />
      </Panel>
      <Panel title="Latest built" flush>
        {home.latestBuilt.length > 0 ? (
          <WindowTable label="Latest built windows" windows={home.latestBuilt} />
        ) : (
          <Empty title="No window is built yet">
            The first one shows up here by itself, a minute or two after a source was asked for its time.
          </Empty>
        )}
      </Panel>
    </>
  );
}

/** Failures that say the same of the same thing stand once, with their number. */
function Failures({ failures }: { failures: Home["failures"] }) {
  return (
    <Panel title="Needs a person" note="Newest first.">
      <ul className="flex flex-col gap-3">
        {alike(failures).map(({ failure, count }) => (
          <li key={keyOf(failure)} className="flex gap-2">
            <span className="pt-0.5">
              <MarkGlyph glyph="cross" tone="failed" />
            </span>
            <div className="min-w-0">
              <p>
                <span className="text-muted">
                  {failure.what}
                  {count > 1 ? `, ${countText(count)} times` : ""}
                </span>{" "}
                <Link href={failure.href} className="link font-medium break-words">
                  {failure.subject}
                </Link>
              </p>
              <p className="max-w-[100ch] break-words text-failed">
                {failure.count > 1 ? <span className="text-muted">the newest: </span> : null}
                {failure.error}
              </p>
              {failure.failedCheck === undefined ? null : (
                <p className="flex max-w-[100ch] flex-wrap items-center gap-x-2">
                  <CheckMark check={failure.failedCheck} />
                  <span className="text-muted">{failure.todo}</span>
                </p>
              )}
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** For those who are new here: the one thing to do next. */
function Next({ home, sources }: { home: Home; sources: readonly Source[] }) {
  const [newest] = home.latestBuilt;
  const alerts = useLoudAlerts().length;
  const step = nextStep({ home, alerts, sources, newest: newest ? windowHref(newest) : undefined });
  if (!step) return null;
  return (
    <section
      aria-label="What to do next"
      className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 rounded border border-accent/40 bg-accent-soft px-3 py-2.5"
    >
      <p className="max-w-[90ch] min-w-0">{step.sentence}</p>
      {step.action ? (
        <Link href={step.action.href} className="link inline-flex items-center gap-1.5 font-medium">
          {step.action.word}
          <ArrowRight aria-hidden="true" className="size-3.5" />
        </Link>
      ) : null}
    </section>
  );
}

function HomeSkeleton() {
  return (
    <>
      <div className="grid gap-3 md:grid-cols-2 lg:grid-cols-3 xl:grid-cols-5 xl:gap-0">
        {["source", "ingest", "window", "dataset", "projection"].map((stage) => (
          <div key={stage} className="h-[238px] rounded border bg-panel p-3">
            <div className="skeleton h-5 w-24" />
            <div className="skeleton mt-8 h-9 w-16" />
          </div>
        ))}
      </div>
      <Panel title="Windows">
        <div className="skeleton h-12" />
      </Panel>
      <Panel title="Latest built">
        <SkeletonRows rows={8} />
      </Panel>
    </>
  );
}

"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Stethoscope } from "lucide-react";
import Link from "next/link";
import { useEffect, useRef, useState } from "react";
import type { CheckState, Health } from "../../../../server/health/model";
import { ALONE } from "../../../_trpc/alone";
import { useTRPC, useTRPCClient } from "../../../_trpc/client";
import { Loaded } from "../../../_trpc/loaded";
import type { Run, SourceHealth } from "../../../_trpc/outputs";
import { useAct } from "../../../_trpc/use-act";
import { Button } from "../../../_ui/button";
import { relativeText } from "../../../_ui/format";
import { Instant, Words } from "../../../_ui/instant";
import { type Glyph, Mark, type Tone } from "../../../_ui/mark";
import { Panel } from "../../../_ui/page";
import { CheckMark } from "../../check-mark";
import { runHref } from "../../run-href";

const CHECK_LOOKS: Readonly<Record<CheckState, { readonly glyph: Glyph; readonly tone: Tone }>> = {
  passed: { glyph: "tick", tone: "built" },
  failed: { glyph: "cross", tone: "failed" },
  "not tried": { glyph: "dots", tone: "empty" },
  "not applicable": { glyph: "dash", tone: "empty" },
};

const PASSED_THEN = { glyph: "ring", tone: "empty" } as const;

/** What passed long ago may be otherwise by now, and is not shown as if it held. */
const FRESH_US = 24 * 3_600_000_000;

function HealthMark({ health, fresh }: { health: Health; fresh: boolean }) {
  if (health === "passed" && fresh) return <Mark glyph="tick" tone="built" word="passed" />;
  if (health === "passed") return <Mark glyph="ring" tone="empty" word="passed when it was probed" />;
  if (health === "never tried" || health === "not applicable")
    return <Mark glyph={health === "never tried" ? "dots" : "dash"} tone="empty" word={health} />;
  return <CheckMark check={health} />;
}

/** How a source's service answered when somebody asked it, and the button that asks now. */
export function HealthPanel({ name, lastRun }: { name: string; lastRun: Run | undefined }) {
  const trpc = useTRPC();
  const health = useQuery(trpc.health.source.queryOptions({ name }));
  return (
    <Panel
      title="Health"
      note="Asked only when somebody wants to know."
      action={health.data && health.data.health !== "not applicable" ? <ProbeNow name={name} /> : null}
    >
      <Loaded query={health} skeleton={<div role="status" aria-label="Loading" className="skeleton h-12" />}>
        {(data) => <Found health={data} />}
      </Loaded>
      {lastRun === undefined ? null : <LastRun run={lastRun} />}
    </Panel>
  );
}

function ProbeNow({ name }: { name: string }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const { act, pending } = useAct();
  const stop = useRef<AbortController>(undefined);
  // Nobody waits for it any more.
  useEffect(() => () => stop.current?.abort(), []);
  const probe = useMutation({
    mutationFn: () => {
      stop.current = new AbortController();
      return client.health.probe.mutate({ name }, { signal: stop.current.signal, context: ALONE });
    },
  });
  const press = () =>
    act(async () => {
      const found = await probe.mutateAsync().catch((error: unknown) => {
        if (stop.current?.signal.aborted) return undefined;
        throw error;
      });
      if (found === undefined) return "The probe was stopped; what is shown is of the one before.";
      queries.setQueryData(trpc.health.source.queryKey({ name }), found);
      return found.health === "passed" ? `${name} passed all checks.` : `${name}: ${found.health}.`;
    });
  return (
    <span className="flex gap-2">
      {pending ? <Button onPress={() => stop.current?.abort()}>Stop</Button> : null}
      <Button onPress={press} pending={pending}>
        <Stethoscope aria-hidden="true" className="size-3.5" />
        {pending ? "Probing…" : "Probe now"}
      </Button>
    </span>
  );
}

/** What the last run failed at. It was no probe: what it did not fail at is not proven by it. */
function LastRun({ run }: { run: Run }) {
  if (run.state !== "failed" && run.state !== "refused") return null;
  return (
    <p className="mt-3 flex flex-wrap items-center gap-x-2 gap-y-1">
      <span>
        <Link href={runHref(run)} className="link">
          The last run
        </Link>{" "}
        {run.state === "failed" ? "failed" : "was refused"}
        {run.failedCheck === undefined ? "." : ":"}
      </span>
      {run.failedCheck === undefined ? null : <CheckMark check={run.failedCheck} />}
    </p>
  );
}

function Found({ health: { health, finding, probedAt, sentence } }: { health: SourceHealth }) {
  const now = useMinute();
  const fresh = probedAt !== undefined && now !== undefined && now - probedAt < FRESH_US;
  return (
    <div className="flex flex-col gap-3">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <HealthMark health={health} fresh={fresh} />
        {probedAt === undefined || now === undefined ? null : (
          <span className="text-muted">
            probed {relativeText(probedAt, now)}, at <Instant at={probedAt} />
            {finding === undefined ? "" : `, in ${finding.tookMs} ms`}
          </span>
        )}
      </p>
      <p className="max-w-[100ch] break-words">
        <Words text={sentence} />
      </p>
      {finding === undefined ? null : (
        <ol
          aria-label="Checks, in their order"
          className="grid grid-cols-1 gap-x-6 gap-y-1 sm:grid-cols-2 lg:grid-cols-5"
        >
          {finding.checks.map(({ check, state }) => (
            <li key={check} className="flex flex-col">
              <span className="text-12 text-muted">{check}</span>
              <Mark {...(state === "passed" && !fresh ? PASSED_THEN : CHECK_LOOKS[state])} word={state} />
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

/** The time, µs, told again every half minute; undefined until the browser knows it. */
function useMinute(): number | undefined {
  const [now, setNow] = useState<number>();
  useEffect(() => {
    const tick = () => setNow(Date.now() * 1000);
    tick();
    const timer = setInterval(tick, 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

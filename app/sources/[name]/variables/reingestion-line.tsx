"use client";

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Ban, RotateCw } from "lucide-react";
import { useState } from "react";
import { stateWords } from "../../../../server/reingestion/model";
import { useTRPC } from "../../../_trpc/client";
import { Loaded } from "../../../_trpc/loaded";
import type { Reingestion } from "../../../_trpc/outputs";
import { useAct } from "../../../_trpc/use-act";
import { Button } from "../../../_ui/button";
import { countText, plural } from "../../../_ui/format";
import { Instant, Span, Words } from "../../../_ui/instant";
import { type Glyph, Mark, type Tone } from "../../../_ui/mark";
import { More } from "../../../_ui/more";
import { Table } from "../../../_ui/table";

const STATES: Readonly<Record<Reingestion["state"], { glyph: Glyph; tone: Tone; word: string }>> = {
  running: { glyph: "arrow", tone: "building", word: "running" },
  cancelling: { glyph: "arrow", tone: "stale", word: "cancelling" },
  done: { glyph: "tick", tone: "built", word: "done" },
  cancelled: { glyph: "dash", tone: "empty", word: "cancelled" },
};

/** `12 of 288 deliveries finished, 1 failed`. */
function progressWords({ asked, finished, outcomes }: Reingestion): string {
  const parts = [`${countText(finished)} of ${plural(asked, "delivery", "deliveries")} finished`];
  if (outcomes.failed > 0) parts.push(`${countText(outcomes.failed)} failed`);
  if (outcomes.cancelled > 0) parts.push(`${countText(outcomes.cancelled)} cancelled`);
  if (outcomes["left-out"] > 0) parts.push(`${countText(outcomes["left-out"])} left out`);
  return parts.join(", ");
}

/** One range that is, or was, ingested again: how far it is, what failed and why, and the means to cancel it. */
export function ReingestionLine({ of }: { of: Reingestion }) {
  const [open, setOpen] = useState(false);
  const { asked, finished, outcomes, rowsBefore, rowsAfter } = of;
  const width = (deliveries: number) => ({ width: `${asked === 0 ? 0 : (deliveries / asked) * 100}%` });
  const troubled = outcomes.failed + outcomes["left-out"];
  return (
    <li className="flex flex-col gap-2 border-b px-3 py-3 last:border-b-0">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <p className="flex flex-wrap items-center gap-x-3">
          <Mark
            {...(outcomes.failed > 0 && of.state === "done"
              ? { ...STATES.done, glyph: "cross", tone: "failed", word: stateWords(of) }
              : STATES[of.state])}
          />
          <span className="font-medium">{`Number ${of.number}`}</span>
          <Span start={of.start} end={of.end} />
          <span className="text-muted">{`map version ${of.mapVersion}`}</span>
          <span className="text-muted">
            begun <Instant at={of.madeAt} />
          </span>
        </p>
        <Steer of={of} />
      </div>
      <p>
        {progressWords(of)}
        {outcomes.ingested > 0
          ? `; ${plural(rowsAfter, "row")}${rowsAfter === rowsBefore ? ", as before" : `, before ${countText(rowsBefore)}`}`
          : ""}
      </p>
      <div
        role="progressbar"
        aria-valuemin={0}
        aria-valuemax={asked}
        aria-valuenow={finished}
        aria-valuetext={progressWords(of)}
        aria-label={`Progress of number ${of.number}`}
        className="flex h-2 w-full min-w-24 overflow-hidden rounded border border-edge bg-panel"
      >
        <div className="h-full bg-built" style={width(outcomes.ingested)} />
        <div className="h-full bg-failed" style={width(outcomes.failed)} />
        <div className="hatch h-full" style={width(outcomes.cancelled)} />
      </div>
      {troubled > 0 ? (
        <div>
          <span className="-ml-3">
            <Button look="quiet" onPress={() => setOpen(!open)}>
              {open ? "Hide why" : `Why ${plural(troubled, "delivery was", "deliveries were")} not ingested`}
            </Button>
          </span>
          {open ? <Troubled id={of.id} /> : null}
        </div>
      ) : null}
    </li>
  );
}

/** Cancels it, or tries again what failed or was cancelled: what is possible in its state. */
function Steer({ of: { id, number, state, outcomes } }: { of: Reingestion }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const cancel = useMutation(trpc.reingestion.cancel.mutationOptions());
  const retry = useMutation(trpc.reingestion.retry.mutationOptions());
  const { act, pending } = useAct();
  const ask = (doing: () => Promise<string>) =>
    act(async () => {
      const said = await doing();
      await queries.invalidateQueries(trpc.reingestion.pathFilter());
      return said;
    });
  const again = outcomes.failed + outcomes.cancelled;
  return (
    <span className="flex flex-wrap gap-2">
      {state === "running" ? (
        <Button
          pending={pending}
          label={`Cancel number ${number}`}
          onPress={() =>
            ask(async () => {
              await cancel.mutateAsync({ id });
              return `Number ${number} is being cancelled: no more deliveries are asked for.`;
            })
          }
        >
          <Ban aria-hidden="true" className="size-3.5" />
          Cancel
        </Button>
      ) : null}
      {again > 0 && state !== "cancelling" ? (
        <Button
          pending={pending}
          label={`Retry ${plural(again, "delivery", "deliveries")} of number ${number}`}
          onPress={() =>
            ask(async () => {
              const { deliveries } = await retry.mutateAsync({ id });
              return `${plural(deliveries, "delivery", "deliveries")} of number ${number} ${deliveries === 1 ? "is" : "are"} tried again, by the same map.`;
            })
          }
        >
          <RotateCw aria-hidden="true" className="size-3.5" />
          {`Retry ${plural(again, "delivery", "deliveries")}`}
        </Button>
      ) : null}
    </span>
  );
}

function Troubled({ id }: { id: string }) {
  const trpc = useTRPC();
  const deliveries = useInfiniteQuery(
    trpc.reingestion.deliveries.infiniteQueryOptions(
      { id, outcomes: ["failed", "left-out"] },
      { getNextPageParam: (page) => page.next },
    ),
  );
  return (
    <Loaded query={deliveries}>
      {({ pages }) => (
        <>
          <Table
            label="Not ingested"
            rows={pages.flatMap(({ items }) => items)}
            rowKey={({ delivery }) => delivery}
            columns={[
              { head: "Delivery of", cell: ({ start, end }) => <Span start={start} end={end} /> },
              {
                head: "Outcome",
                cell: ({ outcome }) =>
                  outcome === "failed" ? (
                    <Mark glyph="cross" tone="failed" word="failed" />
                  ) : (
                    <Mark glyph="dash" tone="empty" word="left out" />
                  ),
              },
              { head: "Why", cell: ({ reason }) => <Words text={reason ?? ""} /> },
            ]}
          />
          <More query={deliveries} what="Load more" />
        </>
      )}
    </Loaded>
  );
}

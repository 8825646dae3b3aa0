"use client";

import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import { Behaviour, Depth, type StartReprocess } from "../../../server/reprocess/model";
import { useTRPC } from "../../_trpc/client";
import type { ReprocessPreview } from "../../_trpc/outputs";
import { requestKey, useAct } from "../../_trpc/use-act";
import { Button } from "../../_ui/button";
import { Cards } from "../../_ui/cards";
import { Confirm } from "../../_ui/confirm";
import { Field } from "../../_ui/field";
import { plural } from "../../_ui/format";
import { Page, Panel } from "../../_ui/page";
import { Tick } from "../../_ui/tick";
import { useAddress } from "../../_ui/use-address";
import { BEHAVIOURS, DEPTHS } from "../words";
import { DryRun } from "./dry-run";
import { formAddress, type ReprocessForm, rangesOf, readForm } from "./form-address";
import { RangesField } from "./ranges-field";

/** More windows than this are asked about once more. */
const CONFIRM_ABOVE = 200;

/**
 * Chooses windows, how deep they are made again, and shows on every change what that would do. Nothing happens before the button. The form is its
 * address: sent to somebody else it stands there as it stands here, and Back takes a choice back.
 */
export function NewReprocessScreen() {
  const trpc = useTRPC();
  const { parameters, change } = useAddress();
  const form = useMemo(() => readForm(parameters), [parameters]);
  const set = (changed: Partial<ReprocessForm>, how: "push" | "replace" = "push") =>
    change(formAddress({ ...form, ...changed }), how);
  const { behaviour, depth, forced, newestFirst, note } = form;
  const datasets = useQuery(trpc.dataset.list.queryOptions());
  const names = (datasets.data ?? []).map(({ name }) => name);
  const ranges = rangesOf(form, names);
  const choice = { ranges: [...ranges], behaviour, depth, forced };
  const preview = useQuery(
    trpc.reprocessPlan.preview.queryOptions(choice, {
      enabled: ranges.length > 0,
      placeholderData: keepPreviousData,
    }),
  );
  return (
    <Page
      above={
        <Link href="/reprocess" className="link">
          Reprocess
        </Link>
      }
      title="Reprocess windows"
      sentence="What stands is served until the new is complete. Live data goes first."
    >
      <Panel title="Which windows">
        <div className="flex flex-col gap-5">
          <RangesField form={form} datasets={names} onChange={set} />
          <Cards
            label="Of these"
            value={behaviour}
            onChange={(value) => set({ behaviour: value })}
            cards={Behaviour.options.map((value) => ({ value, ...BEHAVIOURS[value] }))}
          />
        </div>
      </Panel>
      <Panel title="How deep">
        <div className="flex flex-col gap-5">
          <Cards
            label="Begin with"
            value={depth}
            onChange={(value) => set({ depth: value })}
            cards={Depth.options.map((value) => ({ value, ...DEPTHS[value] }))}
          />
          <div className="flex flex-wrap gap-x-6 gap-y-2">
            {depth === "projections" ? null : (
              <Tick checked={forced} onChange={(ticked) => set({ forced: ticked })}>
                Also build windows that wait for missing deliveries
              </Tick>
            )}
            <Tick checked={newestFirst} onChange={(ticked) => set({ newestFirst: ticked })}>
              Newest first
            </Tick>
          </div>
          <Field
            label="Note, for the audit"
            value={note}
            onChange={(text) => set({ note: text }, "replace")}
          />
        </div>
      </Panel>
      <Panel title="Dry run" note="Asked anew on every change; nothing has happened yet.">
        <DryRun query={preview} chosen={ranges.length > 0} />
      </Panel>
      <Run
        request={{ ...choice, newestFirst, ...(note.trim() === "" ? {} : { note: note.trim() }) }}
        preview={
          ranges.length === 0 || preview.isPlaceholderData || preview.isError ? undefined : preview.data
        }
      />
    </Page>
  );
}

/** The button: it names the number, and works only when something would run. */
function Run({
  request,
  preview,
}: {
  request: Omit<StartReprocess, "requestKey">;
  preview: ReprocessPreview | undefined;
}) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const start = useMutation(trpc.reprocess.start.mutationOptions());
  const { act, pending } = useAct();
  const willRun = preview?.willRun ?? 0;
  const verb = willRun === 0 ? "Reprocess" : `Reprocess ${plural(willRun, "window")}`;
  const run = () => {
    setAsking(false);
    return act(async () => {
      const { number } = await start.mutateAsync({ ...request, requestKey: requestKey() });
      void queries.invalidateQueries(trpc.reprocess.pathFilter());
      router.push(`/reprocess/${number}`);
      return `Reprocess ${number} has begun.`;
    });
  };
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button
        look="primary"
        onPress={() => (willRun > CONFIRM_ABOVE ? setAsking(true) : run())}
        pending={pending}
        disabled={willRun === 0}
      >
        <RotateCw aria-hidden="true" className="size-3.5" />
        {verb}
      </Button>
      <Link href="/reprocess" className="link">
        Back, without doing anything
      </Link>
      <Confirm open={asking} title={`${verb}?`} verb={verb} onConfirm={run} onClose={() => setAsking(false)}>
        {`That is more than ${CONFIRM_ABOVE} windows. ${plural(preview?.replaced ?? 0, "of them has", "of them have")} files, which are served until the new ones are complete. It can be paused and cancelled at any time.`}
      </Confirm>
    </div>
  );
}

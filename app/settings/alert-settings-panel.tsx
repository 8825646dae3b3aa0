"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { formatDuration } from "../../server/observation/time";
import { useTRPC } from "../_trpc/client";
import { Loaded } from "../_trpc/loaded";
import type { AlertSettingsView } from "../_trpc/outputs";
import { useAct } from "../_trpc/use-act";
import { Button } from "../_ui/button";
import { Field } from "../_ui/field";
import { ChangedElsewhere } from "../_ui/overtaken-notice";
import { Panel } from "../_ui/page";
import { Tick } from "../_ui/tick";
import { useUnsaved } from "../_ui/unsaved";
import { typedDuration } from "../datasets/typed-duration";
import {
  type AlertForm,
  alertDifferences,
  asTyped,
  countProblem,
  limitProblem,
  onTop,
  settingsOf,
} from "./alert-form";

/** From when on something is an alert. */
export function AlertSettingsPanel() {
  const trpc = useTRPC();
  const settings = useQuery(trpc.alert.settings.queryOptions());
  return (
    <Panel title="Alerts" note="From when on a silence, a delay or a row of failures is one.">
      <Loaded query={settings}>{(data) => <Form shown={data} />}</Loaded>
    </Panel>
  );
}

function Form({ shown }: { shown: AlertSettingsView }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const save = useMutation(trpc.alert.setSettings.mutationOptions());
  const { act, pending } = useAct();
  // With the settings that it was begun from: somebody else's change in between is told, and not overwritten.
  const [draft, setDraft] = useState<{ readonly seen: AlertSettingsView; readonly form: AlertForm }>();
  const [tried, setTried] = useState(false);
  const form = draft?.form ?? asTyped(shown);
  useUnsaved("the settings of alerts", JSON.stringify(form) !== JSON.stringify(asTyped(shown)));
  const overtaken = !pending && draft !== undefined && draft.seen.version !== shown.version;
  const change = (part: Partial<AlertForm>) =>
    setDraft({ seen: draft?.seen ?? shown, form: { ...form, ...part } });
  const forget = () => {
    setDraft(undefined);
    setTried(false);
  };
  const submit = () => {
    setTried(true);
    const settings = settingsOf(form);
    if (settings === undefined || draft === undefined) return;
    return act(async () => {
      try {
        await save.mutateAsync({ version: draft.seen.version, settings });
        forget();
        return "The settings of alerts are changed; they hold within seconds.";
      } finally {
        // Where they were changed elsewhere, the form has to show that.
        await queries.invalidateQueries(trpc.alert.pathFilter());
      }
    });
  };
  return (
    <form
      aria-label="Settings of alerts"
      className="flex flex-col gap-6"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Silence form={form} shown={shown} tried={tried} change={change} />
      <Late form={form} shown={shown} tried={tried} change={change} />
      <fieldset className="flex flex-col gap-2">
        <legend className="sr-only">Failures</legend>
        <Tick checked={form.failures} onChange={(failures) => change({ failures })}>
          Failures in a row: of a source&apos;s runs, of builds, of projections
        </Tick>
        <div className="pl-6.5">
          <Field
            label="Too many from"
            value={form.failuresInRow}
            onChange={(failuresInRow) => change({ failuresInRow })}
            error={tried ? countProblem(form.failuresInRow) : undefined}
            hint="tries, one after the other"
          />
        </div>
      </fieldset>
      {overtaken ? (
        <ChangedElsewhere
          what={alertDifferences(draft.seen, shown)}
          keep={() => setDraft({ seen: shown, form: onTop(form, draft.seen, shown) })}
          drop={forget}
        />
      ) : null}
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" look="primary" pending={pending} disabled={draft === undefined || overtaken}>
          Save alerts
        </Button>
        {draft === undefined || overtaken ? null : (
          <>
            <Button onPress={forget}>Forget the changes</Button>
            <span className="text-muted">Not saved yet.</span>
          </>
        )}
      </div>
    </form>
  );
}

interface PartProps {
  readonly form: AlertForm;
  readonly shown: AlertSettingsView;
  readonly tried: boolean;
  readonly change: (part: Partial<AlertForm>) => void;
}

function Silence({ form, shown, tried, change }: PartProps) {
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="sr-only">Silence</legend>
      <Tick checked={form.silence} onChange={(silence) => change({ silence })}>
        A source is silent: no newer observation for longer than
      </Tick>
      <div className="flex flex-wrap gap-3 pl-6.5">
        {shown.sources.map(({ name, usual, enabled }) => (
          <Field
            key={name}
            label={`${name}${enabled ? "" : " (disabled: not watched)"}`}
            value={form.silentAfter[name] ?? ""}
            onChange={(text) => change({ silentAfter: { ...form.silentAfter, [name]: text } })}
            error={tried ? limitProblem(form.silentAfter[name] ?? "", true) : undefined}
            hint={
              usual === undefined
                ? "empty: not watched, it has no schedule"
                : `empty: ${typedDuration(formatDuration(usual))}, by its schedules`
            }
          />
        ))}
      </div>
    </fieldset>
  );
}

function Late({ form, shown, tried, change }: PartProps) {
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="sr-only">Late windows</legend>
      <Tick checked={form.late} onChange={(late) => change({ late })}>
        A window is late: not built so long after it could have been, or still waiting for a delivery
      </Tick>
      <div className="flex flex-wrap gap-3 pl-6.5">
        <Field
          label="Late after"
          value={form.lateAfter}
          onChange={(lateAfter) => change({ lateAfter })}
          error={tried ? limitProblem(form.lateAfter, false) : undefined}
          hint="for all datasets"
        />
        {shown.datasets.map((name) => (
          <Field
            key={name}
            label={name}
            value={form.lateAfterOf[name] ?? ""}
            onChange={(text) => change({ lateAfterOf: { ...form.lateAfterOf, [name]: text } })}
            error={tried ? limitProblem(form.lateAfterOf[name] ?? "", true) : undefined}
            hint="empty: as all; off: never"
          />
        ))}
      </div>
    </fieldset>
  );
}

"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { parseInstant } from "../../../server/observation/time";
import { useTRPC } from "../../_trpc/client";
import { Loaded } from "../../_trpc/loaded";
import type { DatasetSettings, RetentionLine } from "../../_trpc/outputs";
import { useAct } from "../../_trpc/use-act";
import { Button } from "../../_ui/button";
import { Choice, Field } from "../../_ui/field";
import { bytesText, countText, instantText, plural } from "../../_ui/format";
import { ChangedElsewhere } from "../../_ui/overtaken-notice";
import { Panel } from "../../_ui/page";
import { useUnsaved } from "../../_ui/unsaved";
import { DURATION_FORM, readDuration, typedDuration } from "../typed-duration";

export function SettingsPanel({ name }: { name: string }) {
  const trpc = useTRPC();
  const settings = useQuery(trpc.dataset.settings.queryOptions({ name }));
  return (
    <Panel title="Settings" note="How its windows are cut, and when they are built.">
      <Loaded query={settings}>{(data) => <SettingsForm settings={data} />}</Loaded>
    </Panel>
  );
}

type Missing = "wait" | "build";

/** What a person has typed so far; what is left out stands as it is. */
interface Draft {
  readonly span?: string;
  readonly subjectToChange?: string;
  readonly missing?: Missing;
  readonly after?: string;
  readonly points?: Points;
}

type Points = "keep" | "delete";

function SettingsForm({ settings }: { settings: DatasetSettings }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const set = useMutation(trpc.dataset.set.mutationOptions());
  const { act, pending } = useAct();
  const [draft, setDraft] = useState<Draft>({});
  const [tried, setTried] = useState(false);
  /** The settings that stood when the typing began. */
  const [seen, setSeen] = useState(settings);
  const typing = Object.keys(draft).length > 0;
  const edit = (change: Partial<Draft>) => {
    if (!typing) setSeen(settings);
    setDraft({ ...draft, ...change });
  };
  const elsewhere = typing && seen.stamp !== settings.stamp;
  const stands = asTyped(settings);
  const form = { ...stands, ...draft };
  const unsaved = JSON.stringify(form) !== JSON.stringify(stands);
  useUnsaved(`the settings of ${settings.dataset}`, unsaved);
  const forget = () => {
    setDraft({});
    setTried(false);
  };
  const wrong = (text: string) => (tried && readDuration(text) === undefined ? DURATION_FORM : undefined);
  const submit = () => {
    setTried(true);
    const change = changeOf(settings, form);
    if (change === undefined) return;
    return act(async () => {
      try {
        const { stamp } = typing ? seen : settings;
        const answer = await set.mutateAsync({ dataset: settings.dataset, seen: stamp, ...change });
        forget();
        return said(answer);
      } finally {
        // Where they were changed elsewhere, the form has to show that.
        await queries.invalidateQueries(trpc.dataset.pathFilter());
      }
    });
  };
  return (
    <form
      aria-label={`Settings of ${settings.dataset}`}
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="flex flex-wrap items-start gap-3">
        <Field
          label="Windows of"
          value={form.span}
          onChange={(span) => edit({ span })}
          error={wrong(form.span)}
          hint={spanHint(settings)}
        />
        <Field
          label="May still change for"
          value={form.subjectToChange}
          onChange={(subjectToChange) => edit({ subjectToChange })}
          error={wrong(form.subjectToChange)}
          hint="after a window's end"
        />
        <Choice
          label="Where a delivery is missing"
          value={form.missing}
          onChange={(missing) => edit({ missing: missing as Missing })}
        >
          <option value="wait">wait for it</option>
          <option value="build">build without it after</option>
        </Choice>
        {form.missing === "build" ? (
          <Field
            label="After"
            value={form.after}
            onChange={(after) => edit({ after })}
            error={wrong(form.after)}
            hint="from when it may change no more"
          />
        ) : null}
        <Choice
          label="Points after export"
          value={form.points}
          onChange={(points) => edit({ points: points as Points })}
        >
          <option value="keep">keep them</option>
          <option value="delete">delete them</option>
        </Choice>
        <div className="flex gap-2 pt-5">
          <Button type="submit" look="primary" pending={pending} disabled={elsewhere}>
            Change settings
          </Button>
          {unsaved && !elsewhere ? <Button onPress={forget}>Discard changes</Button> : null}
        </div>
      </div>
      {elsewhere ? (
        <ChangedElsewhere what={differences(seen, settings)} keep={() => setSeen(settings)} drop={forget} />
      ) : null}
      {form.points === "delete" && !settings.deleteAfterExport ? (
        <ExportDryRun dataset={settings.dataset} subjectToChange={readDuration(form.subjectToChange)} />
      ) : null}
      <ul className="max-w-[80ch] list-disc pl-5 text-13 text-muted">
        <li>
          No window that is built and owes nothing is built again. Those that are not finished are looked at
          again at once, under the new settings.
        </li>
        <li>
          A window that is built without a delivery is marked incomplete, with the share that is covered. What
          comes later is built in as a new revision.
        </li>
        <li>
          Another length of windows holds from the next instant on that is a boundary under both lengths, at
          midnight UTC at the latest. What has come for later than that is cut into the new windows.
        </li>
        <li>
          Points that are deleted after export go once their windows may change no more, are built, and are
          projected by all projections. Payloads stay: what comes late has the points restored from them
          first.
        </li>
      </ul>
    </form>
  );
}

const NAMES = {
  span: "windows of",
  subjectToChange: "may still change for",
  missing: "where a delivery is missing",
  after: "build without it after",
  points: "points after export",
} as const;

/** Which settings differ, as the form writes them. Retention has a form of its own, and the same stamp. */
function differences(before: DatasetSettings, now: DatasetSettings): readonly string[] {
  const [was, is] = [asTyped(before), asTyped(now)];
  const found = (Object.keys(NAMES) as (keyof typeof NAMES)[]).flatMap((field) =>
    was[field] === is[field] ? [] : [`${NAMES[field]}: ${was[field]}, now ${is[field]}`],
  );
  return found.length > 0 ? found : ["what is kept for how long"];
}

/** What deletion after export would take, under the form's other settings: seen before it is switched on. */
function ExportDryRun(asIf: { dataset: string; subjectToChange: string | undefined }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.dataset.retention.queryOptions({ ...asIf, deleteAfterExport: true }));
  return (
    <div role="status">
      <Loaded query={query}>
        {({ lines }) => (
          <p className="max-w-[80ch]">{exportSentence(lines.find(({ kind }) => kind === "export"))}</p>
        )}
      </Loaded>
    </div>
  );
}

function exportSentence(line: RetentionLine | undefined): string {
  if (!line) return "";
  const stays = line.passedOver.map(({ things, reason }) => `${countText(things)}: ${reason}`);
  const kept = stays.length > 0 ? ` Deliveries that stay for now: ${stays.join("; ")}.` : "";
  if (line.things === 0) return `No points would be deleted now.${kept}`;
  const points = `Points of ${plural(line.things, "delivery", "deliveries")}, ${plural(line.rows ?? 0, "row", "rows")}, ${bytesText(line.bytes)}`;
  return `${points}, would be deleted within ten minutes.${kept}`;
}

/** The settings as the fields show them; of a span that is decided but not yet in force, the fields show that one. */
function asTyped(settings: DatasetSettings): Required<Draft> {
  const { span, nextSpan, subjectToChange, policy, deleteAfterExport } = settings;
  return {
    span: typedDuration(nextSpan?.span ?? span),
    subjectToChange: typedDuration(subjectToChange),
    missing: policy === "wait" ? "wait" : "build",
    after: policy === "wait" ? "6 h" : typedDuration(policy),
    points: deleteAfterExport ? "delete" : "keep",
  };
}

/** What to ask for; undefined while a field cannot be read. Fields that say what stands are left out. */
function changeOf(settings: DatasetSettings, form: Required<Draft>) {
  const stands = asTyped(settings);
  const span = readDuration(form.span);
  const subjectToChange = readDuration(form.subjectToChange);
  const policy = form.missing === "wait" ? "wait" : readDuration(form.after);
  if (span === undefined || subjectToChange === undefined || policy === undefined) return undefined;
  return {
    ...(span === readDuration(stands.span) ? {} : { span }),
    ...(subjectToChange === settings.subjectToChange ? {} : { subjectToChange }),
    ...(policy === settings.policy ? {} : { policy }),
    ...(form.points === stands.points ? {} : { deleteAfterExport: form.points === "delete" }),
  };
}

function spanHint({ span, nextSpan }: DatasetSettings): string {
  if (!nextSpan) return "cut at midnight UTC";
  return `${typedDuration(span)} until ${instantText(parseInstant(nextSpan.from) ?? 0)}`;
}

function said(answer: DatasetSettings & { readonly changed: boolean; readonly judgedAgain: number }): string {
  if (!answer.changed) return `Nothing to change: ${answer.dataset} has these settings.`;
  const again =
    answer.judgedAgain > 0
      ? ` ${plural(answer.judgedAgain, "unfinished window is", "unfinished windows are")} looked at again.`
      : "";
  return `The settings of ${answer.dataset} are changed.${again}`;
}

"use client";

import { useEffect, useRef, useState } from "react";
import type { Configuration, ConfiguredField, SettingChange } from "../../server/configuration/model";
import { Refused, wrongFields } from "../_trpc/failure";
import { useAct } from "../_trpc/use-act";
import { useUnsaved } from "../_ui/unsaved";
import { type Draft, draftChanges, issueOf, keyOf } from "./draft";
import { type Audited, Overtaken } from "./overtaken";
import { changedSince, type PlacedIssue, placedIssues } from "./placed-issues";
import { SaveArea } from "./save-area";
import { SettingRow } from "./setting-row";

/**
 * A form for the settings of any kind, drawn from what the server says of its schema. Nothing is sent but what was changed; a save over somebody else's
 * newer one is refused, and said before it is tried.
 * @param save sends the changes. @returns the sentence to say
 */
export function ConfigurationForm({
  label,
  configuration,
  audited,
  save,
}: {
  label: string;
  audited: Audited;
  configuration: Configuration;
  save: (changes: readonly SettingChange[], version: string) => Promise<string>;
}) {
  const [draft, setDraft] = useState<Draft>({});
  /** What stood when the first change was typed; the page goes on being told of what stands. */
  const [base, setBase] = useState<Configuration>();
  const [refused, setRefused] = useState<readonly PlacedIssue[]>([]);
  const { act, pending } = useAct();
  const form = useRef<HTMLFormElement>(null);
  const notice = useRef<HTMLDivElement>(null);
  // To the first field that was refused.
  useEffect(() => {
    if (refused.length > 0)
      form.current?.querySelector<HTMLElement>("[data-invalid] :is(input, textarea, select)")?.focus();
  }, [refused]);
  const from = base ?? configuration;
  const { changes, wrong } = draftChanges(from.fields, draft);
  const overtaken = !pending && base !== undefined && base.version !== configuration.version;
  useUnsaved(label, changes.length + wrong.length > 0);
  const forget = () => {
    setDraft({});
    setBase(undefined);
    setRefused([]);
  };
  const type = (field: ConfiguredField, typed: string | null) => {
    setBase(from);
    setDraft({ ...draft, [keyOf(field)]: typed });
    // What is wrong with one field may be another's doing: the server says it again where it still is.
    setRefused([]);
  };
  const submit = () => {
    if (changes.length === 0 || wrong.length > 0) return;
    return act(async () => {
      try {
        const said = await save(
          changes.map(({ change }) => change),
          from.version,
        );
        forget();
        return said;
      } catch (error) {
        const issues = placedIssues(from.fields, wrongFields(error));
        setRefused(issues);
        if (issues.length === 0) throw error;
        throw new Refused(issues.map(({ label, message }) => `${label}: ${message}`).join("; "));
      }
    });
  };
  return (
    <form
      ref={form}
      aria-label={label}
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {overtaken ? (
        <Overtaken
          ref={notice}
          audited={audited}
          fields={changedSince(from.fields, configuration.fields, draft)}
          keepMine={() => setBase(configuration)}
          takeTheirs={forget}
        />
      ) : null}
      {groupsOf(from.fields).map(({ group, fields }) => (
        <Group key={group?.title ?? ""} group={group}>
          {fields.map((field) => (
            <SettingRow
              key={keyOf(field)}
              field={field}
              draft={draft}
              changed={changes.some((each) => each.field === field)}
              error={issueOf(field, wrong, refused)}
              onType={(typed) => type(field, typed)}
            />
          ))}
        </Group>
      ))}
      <Kept kept={from.kept} known={from.known} />
      <SaveArea
        // What a save would change is told of what stands, also when that is no longer what was typed over.
        changes={overtaken ? draftChanges(configuration.fields, draft).changes : changes}
        wrong={placedIssues(from.fields, wrong)}
        refused={refused}
        overtaken={overtaken}
        typed={Object.keys(draft).length > 0}
        pending={pending}
        toIssue={(issue) => controlOf(form.current, issue)?.focus()}
        toNotice={() => notice.current?.focus()}
        discard={forget}
      />
    </form>
  );
}

function controlOf(form: HTMLElement | null, issue: PlacedIssue): HTMLElement | undefined {
  const row = [...(form?.querySelectorAll<HTMLElement>("[data-setting]") ?? [])].find(
    (each) => each.dataset.setting === keyOf(issue),
  );
  return row?.querySelector<HTMLElement>("input, textarea, select") ?? undefined;
}

function Group({ group, children }: { group: ConfiguredField["group"]; children: React.ReactNode }) {
  if (!group) return <div className="flex flex-col gap-4">{children}</div>;
  return (
    <fieldset className="flex flex-col gap-4 rounded border px-3 pt-2 pb-3">
      <legend className="px-1 font-medium">{group.title}</legend>
      {group.description ? <p className="text-13 text-muted">{group.description}.</p> : null}
      {children}
    </fieldset>
  );
}

/** In the order of the fields; those of one block together. */
function groupsOf(fields: readonly ConfiguredField[]) {
  const groups: { group: ConfiguredField["group"]; fields: ConfiguredField[] }[] = [];
  for (const field of fields) {
    const last = groups.find(({ group }) => group?.title === field.group?.title);
    if (last) last.fields.push(field);
    else groups.push({ group: field.group, fields: [field] });
  }
  return groups;
}

function Kept({ kept, known }: Pick<Configuration, "kept" | "known">) {
  if (kept.length === 0) return null;
  return (
    <div className="flex flex-col gap-1">
      <p className="text-muted">
        {known
          ? "Kept from the settings file, of no effect in this version:"
          : "Kept as the settings file says them, until this version has this kind:"}
      </p>
      <ul className="flex flex-col gap-0.5 font-mono text-13">
        {kept.map(({ path, text }) => (
          <li key={JSON.stringify(path)} className="break-all">
            {path.join(".")}: {text}
          </li>
        ))}
      </ul>
    </div>
  );
}

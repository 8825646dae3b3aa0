"use client";

import { useRouter, useSearchParams } from "next/navigation";
import { useEffect, useState } from "react";
import { type AuditFilter, kindOf } from "../../server/audit/model";
import { formatInstant, parseInstant } from "../../server/observation/time";
import { Choice, Field } from "../_ui/field";
import { TimeFilter } from "../windows/time-filter";

/** The filter stands in the address, so that every view can be shared. */
export function useAuditFilter() {
  const parameters = useSearchParams();
  const router = useRouter();
  const text = (name: string) => parameters.get(name) || undefined;
  const set = (changed: Readonly<Record<string, string>>) => {
    const next = new URLSearchParams(parameters);
    for (const [name, value] of Object.entries(changed)) {
      if (value === "") next.delete(name);
      else next.set(name, value);
    }
    router.replace(next.size === 0 ? "/audit" : `/audit?${next}`, { scroll: false });
  };
  const filter: AuditFilter = {
    kind: text("kind"),
    what: text("what"),
    who: text("who"),
    subject: text("subject"),
    from: parseInstant(parameters.get("from") ?? ""),
    to: parseInstant(parameters.get("to") ?? ""),
  };
  return { filter, filtered: Object.values(filter).some((each) => each !== undefined), set };
}

/** A part of a name, which counts on Enter and when the field is left. */
function Subject({ value, onChange }: { value: string; onChange: (subject: string) => void }) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const take = () => {
    if (typed.trim() !== value) onChange(typed.trim());
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        take();
      }}
    >
      <Field label="Name holds" value={typed} onChange={setTyped} onLeave={take} />
    </form>
  );
}

/** Chooses entries by kind of thing, verb, actor, name and time. */
export function AuditFilters({
  filter,
  facets,
  onChange,
}: {
  filter: AuditFilter;
  facets: { readonly what: readonly string[]; readonly who: readonly string[] } | undefined;
  onChange: (changed: Readonly<Record<string, string>>) => void;
}) {
  const { what = [], who = [] } = facets ?? {};
  const kinds = [...new Set(what.map(kindOf))];
  const verbs = what.filter((each) => filter.kind === undefined || kindOf(each) === filter.kind);
  return (
    <search className="flex flex-wrap items-start gap-3" aria-label="Which changes">
      <Choice label="Kind" value={filter.kind ?? ""} onChange={(kind) => onChange({ kind, what: "" })}>
        <option value="">All kinds</option>
        <Options values={kinds} chosen={filter.kind} />
      </Choice>
      <Choice label="Verb" value={filter.what ?? ""} onChange={(verb) => onChange({ what: verb })}>
        <option value="">All verbs</option>
        <Options values={verbs} chosen={filter.what} />
      </Choice>
      <Choice label="Who" value={filter.who ?? ""} onChange={(actor) => onChange({ who: actor })}>
        <option value="">Everybody</option>
        <Options values={who} chosen={filter.who} />
      </Choice>
      <Subject value={filter.subject ?? ""} onChange={(subject) => onChange({ subject })} />
      <TimeFilter
        span={{ from: filter.from, to: filter.to }}
        onChange={({ from, to }) =>
          onChange({
            from: from === undefined ? "" : formatInstant(from),
            to: to === undefined ? "" : formatInstant(to),
          })
        }
      />
    </search>
  );
}

/** The values that there are, and the chosen one, which an address may name before it is known. */
function Options({ values, chosen }: { values: readonly string[]; chosen: string | undefined }) {
  return [...new Set([...values, ...(chosen === undefined ? [] : [chosen])])].map((value) => (
    <option key={value} value={value}>
      {value}
    </option>
  ));
}

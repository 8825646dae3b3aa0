"use client";

import { useState } from "react";
import { Button } from "../../_ui/button";
import { DayField } from "../../_ui/day-field";
import { Choice, Field } from "../../_ui/field";
import { plural, spanText } from "../../_ui/format";
import { dayOf, rangeOfDay, readTyped, TYPED_FORM, typedText } from "../../_ui/typed-time";
import type { ReprocessForm, Typed } from "./form-address";

const SHOWN = 5;

/** A dataset and a range of time as typed; or ranges that were chosen elsewhere, which can be let go of. */
export function RangesField({
  form: { chosen, typed },
  datasets,
  onChange,
}: {
  form: ReprocessForm;
  datasets: readonly string[];
  /** @param how `push` for a choice, which Back takes back; `replace` for a letter typed */
  onChange: (changed: Partial<ReprocessForm>, how: "push" | "replace") => void;
}) {
  if (chosen.length === 0)
    return (
      <TypedRange
        typed={typed}
        datasets={datasets}
        onChange={(changed, how) => onChange({ typed: { ...typed, ...changed } }, how)}
      />
    );
  const [first] = chosen;
  return (
    <div className="flex flex-col items-start gap-2">
      <p>{`${plural(chosen.length, "range")} chosen on the page of windows:`}</p>
      <ul className="flex flex-col gap-0.5 text-muted">
        {chosen.slice(0, SHOWN).map((range) => (
          <li key={`${range.dataset} ${range.start}`}>
            {range.dataset}, {spanText(range.start, range.end)}
          </li>
        ))}
        {chosen.length > SHOWN ? <li>{`and ${chosen.length - SHOWN} more`}</li> : null}
      </ul>
      <Button
        onPress={() =>
          onChange(
            {
              chosen: [],
              typed: {
                dataset: first?.dataset ?? "",
                from: first ? typedText(first.start) : "",
                to: first ? typedText(first.end) : "",
              },
            },
            "push",
          )
        }
      >
        Type a range instead
      </Button>
    </div>
  );
}

function TypedRange({
  typed: { dataset, from, to },
  datasets,
  onChange,
}: {
  typed: Typed;
  datasets: readonly string[];
  onChange: (changed: Partial<Typed>, how: "push" | "replace") => void;
}) {
  const [left, setLeft] = useState(false);
  const [start, end] = [readTyped(from), readTyped(to)];
  const wrongFrom = left && from !== "" && start === undefined ? TYPED_FORM : undefined;
  const wrongTo = !left || to === "" ? undefined : wrongEnd(start, end);
  return (
    <div className="flex flex-wrap items-start gap-3">
      <Choice label="Dataset" value={dataset} onChange={(name) => onChange({ dataset: name }, "push")}>
        <option value="">All datasets</option>
        {[...new Set([...datasets, ...(dataset === "" ? [] : [dataset])])].map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </Choice>
      <DayField
        label="Whole day (UTC)"
        value={dayOf(start, end)}
        onChange={(day) => {
          const whole = rangeOfDay(day);
          if (whole) onChange({ from: typedText(whole.start), to: typedText(whole.end) }, "push");
        }}
      />
      <Field
        label="From (UTC)"
        value={from}
        onChange={(text) => onChange({ from: text }, "replace")}
        onLeave={() => setLeft(true)}
        error={wrongFrom}
      />
      <Field
        label="To (UTC), not included"
        value={to}
        onChange={(text) => onChange({ to: text }, "replace")}
        onLeave={() => setLeft(true)}
        error={wrongTo}
      />
    </div>
  );
}

function wrongEnd(start: number | undefined, end: number | undefined): string | undefined {
  if (end === undefined) return TYPED_FORM;
  return start !== undefined && end <= start ? "the end is not after the start" : undefined;
}

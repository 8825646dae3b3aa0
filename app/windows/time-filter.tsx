"use client";

import { useEffect, useState } from "react";
import type { Micros } from "../../server/observation/time";
import { DayField } from "../_ui/day-field";
import { Field } from "../_ui/field";
import { dayOf, rangeOfDay, readTyped, TYPED_FORM, typedText } from "../_ui/typed-time";

/** A span of time that may be open at either end, half-open where it is not. */
export interface TimeSpan {
  readonly from: Micros | undefined;
  readonly to: Micros | undefined;
}

const written = (instant: Micros | undefined) => (instant === undefined ? "" : typedText(instant));

/** Chooses windows by their time: a whole day, or a span that may be open. What is typed counts on Enter and when the field is left. */
export function TimeFilter({ span, onChange }: { span: TimeSpan; onChange: (span: TimeSpan) => void }) {
  const [from, setFrom] = useState(written(span.from));
  const [to, setTo] = useState(written(span.to));
  const [wrong, setWrong] = useState<{ from?: string; to?: string }>({});
  // Each for itself: the address changes a little after a field is left, when the next one is being typed into.
  useEffect(() => {
    setFrom(written(span.from));
    setWrong({});
  }, [span.from]);
  useEffect(() => {
    setTo(written(span.to));
    setWrong({});
  }, [span.to]);
  const take = () => {
    const typed = { from: readTyped(from), to: readTyped(to) };
    const badFrom = from.trim() !== "" && typed.from === undefined;
    const badTo = to.trim() !== "" && typed.to === undefined;
    if (badFrom || badTo)
      return setWrong({ ...(badFrom ? { from: TYPED_FORM } : {}), ...(badTo ? { to: TYPED_FORM } : {}) });
    if (typed.from !== undefined && typed.to !== undefined && typed.to <= typed.from)
      return setWrong({ to: "the end is not after the start" });
    setWrong({});
    if (typed.from !== span.from || typed.to !== span.to) onChange(typed);
  };
  return (
    <form
      aria-label="Time"
      className="flex flex-wrap items-start gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        take();
      }}
    >
      <DayField
        label="Day (UTC)"
        value={dayOf(span.from, span.to)}
        onChange={(day) => {
          const range = rangeOfDay(day);
          onChange({ from: range?.start, to: range?.end });
        }}
      />
      <Field label="From (UTC)" value={from} onChange={setFrom} onLeave={take} error={wrong.from} />
      <Field label="To (UTC), not included" value={to} onChange={setTo} onLeave={take} error={wrong.to} />
      {/* Without it, Enter sends no form of two fields. */}
      <button type="submit" className="sr-only" tabIndex={-1}>
        Show that time
      </button>
    </form>
  );
}

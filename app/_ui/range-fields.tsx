"use client";

import { DayField } from "./day-field";
import { Field } from "./field";
import { dayOf, rangeOfDay, readTyped, TYPED_FORM, typedText } from "./typed-time";

/** A range as it is typed: two instants in UTC, half-open. */
export interface TypedRange {
  readonly from: string;
  readonly to: string;
}

/** What is wrong with a typed range, by field; or the range, µs. */
export type RangeReading =
  | { readonly ok: true; readonly start: number; readonly end: number }
  | { readonly ok: false; readonly start?: string; readonly end?: string };

/** Reads a range as typed, of whatever length. */
export function readTypedRange({ from, to }: TypedRange): RangeReading {
  const [start, end] = [readTyped(from), readTyped(to)];
  if (start === undefined || end === undefined)
    return {
      ok: false,
      ...(start === undefined ? { start: TYPED_FORM } : {}),
      ...(end === undefined ? { end: TYPED_FORM } : {}),
    };
  return end > start ? { ok: true, start, end } : { ok: false, end: "the end is not after the start" };
}

/** A whole day, or an exact range: the day fills the two fields. @param wrong what is said at a field, where anything is */
export function RangeFields({
  typed,
  reading,
  wrong,
  onChange,
}: {
  typed: TypedRange;
  reading: RangeReading;
  wrong: { readonly start?: string; readonly end?: string } | undefined;
  onChange: (typed: TypedRange) => void;
}) {
  return (
    <>
      <DayField
        label="Whole day (UTC)"
        value={reading.ok ? dayOf(reading.start, reading.end) : ""}
        onChange={(day) => {
          const whole = rangeOfDay(day);
          if (whole) onChange({ from: typedText(whole.start), to: typedText(whole.end) });
        }}
      />
      <Field
        label="From (UTC)"
        value={typed.from}
        onChange={(from) => onChange({ ...typed, from })}
        error={wrong?.start}
      />
      <Field
        label="To (UTC), not included"
        value={typed.to}
        onChange={(to) => onChange({ ...typed, to })}
        error={wrong?.end}
      />
    </>
  );
}

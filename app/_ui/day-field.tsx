"use client";

import { CalendarDays } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button, FieldError, Input, Label, TextField } from "react-aria-components";
import { rangeOfDay } from "./typed-time";

const DAY_FORM = "write it as 2026-11-24";

/**
 * A whole day in UTC, written as everywhere here: the platform's own date field writes it in the order of its language, and 11/12 is
 * two days. Its calendar is borrowed.
 */
export function DayField({
  label,
  value,
  onChange,
}: {
  label: string;
  /** `2026-11-24`, or empty. */
  value: string;
  /** Told of whole days as soon as they are typed or picked, and of an emptied field. */
  onChange: (day: string) => void;
}) {
  const [typed, setTyped] = useState(value);
  const [left, setLeft] = useState(false);
  const calendar = useRef<HTMLInputElement>(null);
  useEffect(() => setTyped(value), [value]);
  const unfinished = typed.trim() !== "" && rangeOfDay(typed) === undefined;
  const take = (text: string) => {
    setTyped(text);
    setLeft(false);
    const day = text.trim();
    if (day !== value && (day === "" || rangeOfDay(day))) onChange(day);
  };
  const wrong = left && unfinished;
  return (
    <TextField
      value={typed}
      onChange={take}
      onBlur={() => setLeft(true)}
      // A form must not go off with the day that stood there before.
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !unfinished) return;
        event.preventDefault();
        setLeft(true);
      }}
      isInvalid={wrong}
      className="flex min-w-0 flex-col gap-1"
    >
      <Label className="text-12 text-muted">{label}</Label>
      <div className="relative w-40">
        <Input
          placeholder="YYYY-MM-DD"
          className="h-8 w-full rounded border border-edge bg-panel pr-9 pl-2 placeholder:text-muted data-invalid:border-failed"
        />
        <Button
          slot={null}
          aria-label={`Calendar for ${label}`}
          onPress={() => calendar.current?.showPicker()}
          className="absolute top-1 right-1 grid size-6 cursor-pointer place-items-center rounded text-muted hover:bg-raised hover:text-ink"
        >
          <CalendarDays aria-hidden="true" className="size-4" />
        </Button>
        <input
          ref={calendar}
          type="date"
          tabIndex={-1}
          aria-hidden="true"
          value={rangeOfDay(value) ? value : ""}
          onChange={({ target }) => take(target.value)}
          className="pointer-events-none absolute bottom-0 left-0 size-px opacity-0"
        />
      </div>
      <FieldError className="text-12 text-failed">{DAY_FORM}</FieldError>
    </TextField>
  );
}

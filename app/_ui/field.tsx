"use client";

import { ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { FieldError, Input, Label, Text, TextField } from "react-aria-components";

/** A line of text with its name above and what is wrong with it below. */
export function Field({
  label,
  value,
  onChange,
  error,
  hint,
  onLeave,
  secret = false,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  hint?: string;
  /** Told when the focus goes elsewhere. */
  onLeave?: () => void;
  /** Not readable over a shoulder, and not remembered by the browser. */
  secret?: boolean;
}) {
  return (
    <TextField
      value={value}
      onChange={onChange}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      {...(onLeave ? { onBlur: onLeave } : {})}
      className="flex min-w-0 flex-col gap-1"
    >
      <Label className="text-12 text-muted">{label}</Label>
      <Input
        {...(secret ? { type: "password", autoComplete: "new-password" } : {})}
        className={`h-8 ${secret ? "w-72" : "w-44"} max-w-full rounded border border-edge bg-panel px-2 data-invalid:border-failed`}
      />
      {hint && error === undefined ? (
        <Text slot="description" className="text-12 text-muted">
          {hint}
        </Text>
      ) : null}
      <FieldError className="text-12 text-failed">{error}</FieldError>
    </TextField>
  );
}

/** A choice of one of a few. The platform's own control: known to every reader and every thumb. */
export function Choice({
  label,
  value,
  onChange,
  children,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
}) {
  return (
    <label className="flex max-w-full flex-col gap-1">
      <span className="text-12 text-muted">{label}</span>
      <span className="relative">
        <select
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className="h-8 w-full cursor-pointer appearance-none rounded border border-edge bg-panel pr-8 pl-2"
        >
          {children}
        </select>
        <ChevronDown
          aria-hidden="true"
          className="pointer-events-none absolute top-2 right-2 size-4 text-muted"
        />
      </span>
    </label>
  );
}

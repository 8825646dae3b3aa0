"use client";

import type { ReactNode } from "react";
import { ComboBox, FieldError, Input, Label, ListBox, ListBoxItem, Popover } from "react-aria-components";

export interface Found {
  readonly key: string;
  readonly children: ReactNode;
}

/** A text that is typed, or chosen from what is found for it as it is typed. */
export function SearchField({
  label,
  value,
  onChange,
  found,
  error,
  nothing,
  children,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  found: readonly Found[];
  error?: string | undefined;
  /** What is said where nothing is found. */
  nothing: string;
  /** Stands below the field. */
  children?: ReactNode;
}) {
  return (
    <ComboBox
      allowsCustomValue
      allowsEmptyCollection
      menuTrigger="input"
      items={found.map((each) => ({ ...each, id: each.key }))}
      inputValue={value}
      onInputChange={onChange}
      onChange={(key) => {
        if (key !== null) onChange(String(key));
      }}
      isInvalid={error !== undefined}
      className="flex min-w-0 flex-col gap-1"
    >
      <Label className="text-12 text-muted">{label}</Label>
      <Input className="h-8 w-full rounded border border-edge bg-panel px-2 data-invalid:border-failed" />
      {children}
      <FieldError className="text-12 text-failed">{error}</FieldError>
      <Popover className="max-h-80 w-(--trigger-width) overflow-y-auto rounded border border-edge bg-panel">
        <ListBox renderEmptyState={() => <p className="px-3 py-2 text-muted">{nothing}</p>}>
          {(item: Found & { id: string }) => (
            <ListBoxItem
              id={item.id}
              textValue={item.key}
              className="cursor-pointer px-3 py-1.5 data-focused:bg-accent-soft"
            >
              {item.children}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}

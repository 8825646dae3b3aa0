"use client";

import { useEffect, useState } from "react";
import { Input, Label, TextField } from "react-aria-components";

/** Words that the line's sentences hold; any others can be typed. */
const OFTEN = [
  "no delivery for",
  "nothing came",
  "withdrawn",
  "rejected",
  "excluded",
  "deliveries changed",
  "asked to reprocess",
  "to be restored",
  "too late",
  "disk is full",
];

/** Finds windows by words of their reason, in the span of time that is shown. What is typed counts on Enter and when the field is left. */
export function ReasonField({ words, onChange }: { words: string; onChange: (words: string) => void }) {
  const [typed, setTyped] = useState(words);
  useEffect(() => setTyped(words), [words]);
  const take = () => {
    if (typed.trim() !== words) onChange(typed.trim());
  };
  return (
    <form
      aria-label="Reason"
      onSubmit={(event) => {
        event.preventDefault();
        take();
      }}
    >
      <TextField value={typed} onChange={setTyped} onBlur={take} className="flex min-w-0 flex-col gap-1">
        <Label className="text-12 text-muted">Words of the reason</Label>
        <Input
          list="reasons"
          maxLength={200}
          placeholder="disk is full"
          className="h-8 w-44 max-w-full rounded border border-edge bg-panel px-2 placeholder:text-muted"
        />
      </TextField>
      <datalist id="reasons">
        {OFTEN.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </form>
  );
}

"use client";

import { useEffect, useState } from "react";
import { Input, Label, TextField } from "react-aria-components";
import type { ReasonClass } from "../../server/window/model";
import { Choice } from "../_ui/field";
import { REASON_WORDS } from "./reason-words";

/** Words that the line's sentences hold within a class; any others can be typed. */
const OFTEN = ["disk is full", "the ledger says", "quiet until", "covered", "lease ends"];

/** Finds windows by the class of their reason. An address may name several; here one is chosen. */
export function ReasonChoice({
  reasons,
  onChange,
}: {
  reasons: readonly ReasonClass[] | undefined;
  onChange: (reasons: string) => void;
}) {
  const value = reasons?.join(",") ?? "";
  return (
    <Choice label="Reason" value={value} onChange={onChange}>
      <option value="">Any reason</option>
      {reasons && reasons.length > 1 ? (
        <option value={value}>{reasons.map((each) => REASON_WORDS[each]).join("; or ")}</option>
      ) : null}
      {Object.entries(REASON_WORDS).map(([reason, words]) => (
        <option key={reason} value={reason}>
          {words}
        </option>
      ))}
    </Choice>
  );
}

/** Finds windows by words of their reason, in the span of time that is shown. What is typed counts on Enter and when the field is left. */
export function ReasonField({ words, onChange }: { words: string; onChange: (words: string) => void }) {
  const [typed, setTyped] = useState(words);
  useEffect(() => setTyped(words), [words]);
  const take = () => {
    if (typed.trim() !== words) onChange(typed.trim());
  };
  return (
    <form
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

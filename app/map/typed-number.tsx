"use client";

import { useEffect, useState } from "react";
import { Field } from "../_ui/field";

/** A number that counts on Enter and when the field is left; emptied, it is none. One that cannot be stays in the field, with why beside it. */
export function TypedNumber({
  label,
  value,
  check,
  onChange,
}: {
  label: string;
  value: number | undefined;
  /** Why a number cannot be taken; undefined: it can. */
  check?: (value: number) => string | undefined;
  onChange: (value: number | undefined) => void;
}) {
  const written = value === undefined ? "" : String(value);
  const [typed, setTyped] = useState(written);
  const [wrong, setWrong] = useState<string>();
  useEffect(() => {
    setTyped(written);
    setWrong(undefined);
  }, [written]);
  const take = () => {
    const text = typed.trim().replace("\u2212", "-");
    const read = Number(text);
    if (text !== "" && !Number.isFinite(read)) return setWrong("write a number, such as 12.5");
    const taken = text === "" ? undefined : read;
    const refused = taken === undefined ? undefined : check?.(taken);
    setWrong(refused);
    if (refused !== undefined) return;
    if (taken !== value) onChange(taken);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        take();
      }}
      className="w-32 [&_input]:w-full"
    >
      <Field label={label} value={typed} onChange={setTyped} onLeave={take} error={wrong} />
    </form>
  );
}

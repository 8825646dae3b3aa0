"use client";

import { useEffect, useState } from "react";
import { Field } from "../_ui/field";

/** A number that counts on Enter and when the field is left; emptied, it is none. */
export function TypedNumber({
  label,
  value,
  onChange,
}: {
  label: string;
  value: number | undefined;
  onChange: (value: number | undefined) => void;
}) {
  const written = value === undefined ? "" : String(value);
  const [typed, setTyped] = useState(written);
  const [wrong, setWrong] = useState(false);
  useEffect(() => {
    setTyped(written);
    setWrong(false);
  }, [written]);
  const take = () => {
    const text = typed.trim().replace("\u2212", "-");
    const read = Number(text);
    if (text !== "" && !Number.isFinite(read)) return setWrong(true);
    setWrong(false);
    const taken = text === "" ? undefined : read;
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
      <Field
        label={label}
        value={typed}
        onChange={setTyped}
        onLeave={take}
        error={wrong ? "write a number, such as 12.5" : undefined}
      />
    </form>
  );
}

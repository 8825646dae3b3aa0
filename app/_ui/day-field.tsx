"use client";

import { useEffect, useState } from "react";

/** No network is older. While a year is typed, it is one of the first centuries. */
const EARLIEST = "1970-01-01";

/** A whole day in UTC. The platform's own control, with its calendar. */
export function DayField({
  label,
  value,
  onChange,
}: {
  label: string;
  /** `2026-11-24`, or empty. */
  value: string;
  /** Told of whole days, and of an emptied field. */
  onChange: (day: string) => void;
}) {
  // What is typed stands until its owner has taken it over: an address, say, changes later than a key is pressed.
  const [typed, setTyped] = useState<string>();
  useEffect(() => setTyped((held) => (held === value ? undefined : held)), [value]);
  return (
    <label className="flex flex-col gap-1">
      <span className="text-12 text-muted">{label}</span>
      <input
        type="date"
        value={typed ?? value}
        min={EARLIEST}
        onBlur={() => setTyped(undefined)}
        onChange={({ target }) => {
          setTyped(target.value);
          if (target.value === "" || target.value >= EARLIEST) onChange(target.value);
        }}
        className="h-8 w-36 rounded border border-edge bg-panel px-2"
      />
    </label>
  );
}

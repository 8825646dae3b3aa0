"use client";

import { Label, Radio, RadioGroup } from "react-aria-components";

/** A choice of one of a few, each with what it means. */
export function Cards<Value extends string>({
  label,
  value,
  onChange,
  cards,
}: {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  cards: readonly { readonly value: Value; readonly word: string; readonly help: string }[];
}) {
  return (
    <RadioGroup
      value={value}
      onChange={(chosen) => onChange(chosen as Value)}
      className="flex flex-col gap-2"
    >
      <Label className="text-12 text-muted">{label}</Label>
      <div className="grid gap-2 md:grid-cols-[repeat(auto-fit,minmax(200px,1fr))]">
        {cards.map((card) => (
          <Radio
            key={card.value}
            value={card.value}
            className="group flex cursor-pointer items-start gap-2.5 rounded border border-edge/60 p-3 data-focus-visible:outline-2 data-focus-visible:outline-accent data-selected:border-accent data-selected:bg-accent-soft"
          >
            <span
              aria-hidden="true"
              className="mt-0.5 grid size-4 shrink-0 place-items-center rounded-full border border-edge group-data-selected:border-accent"
            >
              <span className="size-2 rounded-full group-data-selected:bg-accent" />
            </span>
            <span className="flex flex-col">
              <span className="font-medium">{card.word}</span>
              <span className="text-13 text-muted">{card.help}</span>
            </span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}

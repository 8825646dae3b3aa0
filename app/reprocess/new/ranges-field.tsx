"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "../../_trpc/client";
import { Button } from "../../_ui/button";
import { DayField } from "../../_ui/day-field";
import { Choice, Field } from "../../_ui/field";
import { plural, spanText } from "../../_ui/format";
import { dayOf, rangeOfDay, readTyped, TYPED_FORM, typedText } from "../../_ui/typed-time";
import type { Range } from "../ranges";

const SHOWN = 5;

/** Datasets and a range of time as typed; or ranges that were chosen elsewhere, which can be let go of. */
export function RangesField({
  ranges,
  onChange,
}: {
  ranges: readonly Range[];
  onChange: (ranges: readonly Range[]) => void;
}) {
  const [typing, setTyping] = useState(ranges.length <= 1);
  if (typing) return <TypedRange first={ranges[0]} onChange={onChange} />;
  return (
    <div className="flex flex-col items-start gap-2">
      <p>{`${plural(ranges.length, "range")} chosen on the page of windows:`}</p>
      <ul className="flex flex-col gap-0.5 text-muted">
        {ranges.slice(0, SHOWN).map((range) => (
          <li key={`${range.dataset} ${range.start}`}>
            {range.dataset}, {spanText(range.start, range.end)}
          </li>
        ))}
        {ranges.length > SHOWN ? <li>{`and ${ranges.length - SHOWN} more`}</li> : null}
      </ul>
      <Button
        onPress={() => {
          onChange(ranges.slice(0, 1));
          setTyping(true);
        }}
      >
        Type a range instead
      </Button>
    </div>
  );
}

function TypedRange({
  first,
  onChange,
}: {
  first: Range | undefined;
  onChange: (ranges: readonly Range[]) => void;
}) {
  const trpc = useTRPC();
  const datasets = useQuery(trpc.dataset.list.queryOptions());
  const names = (datasets.data ?? []).map(({ name }) => name);
  const [dataset, setDataset] = useState(first?.dataset ?? "");
  const [from, setFrom] = useState(first ? typedText(first.start) : "");
  const [to, setTo] = useState(first ? typedText(first.end) : "");
  const [left, setLeft] = useState(false);
  const tell = (name: string, begin: string, stop: string) => {
    const [start, end] = [readTyped(begin), readTyped(stop)];
    const chosen = name === "" ? names : [name];
    onChange(
      start !== undefined && end !== undefined && end > start
        ? chosen.map((each) => ({ dataset: each, start, end }))
        : [],
    );
  };
  const [start, end] = [readTyped(from), readTyped(to)];
  const wrongFrom = left && from !== "" && start === undefined ? TYPED_FORM : undefined;
  const wrongTo = !left || to === "" ? undefined : wrongEnd(start, end);
  return (
    <div className="flex flex-wrap items-start gap-3">
      <Choice
        label="Dataset"
        value={dataset}
        onChange={(name) => {
          setDataset(name);
          tell(name, from, to);
        }}
      >
        <option value="">All datasets</option>
        {[...new Set([...names, ...(dataset === "" ? [] : [dataset])])].map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </Choice>
      <DayField
        label="Whole day (UTC)"
        value={dayOf(start, end)}
        onChange={(day) => {
          const whole = rangeOfDay(day);
          if (!whole) return;
          setFrom(typedText(whole.start));
          setTo(typedText(whole.end));
          tell(dataset, typedText(whole.start), typedText(whole.end));
        }}
      />
      <Field
        label="From (UTC)"
        value={from}
        onChange={(text) => {
          setFrom(text);
          tell(dataset, text, to);
        }}
        onLeave={() => setLeft(true)}
        error={wrongFrom}
      />
      <Field
        label="To (UTC), not included"
        value={to}
        onChange={(text) => {
          setTo(text);
          tell(dataset, from, text);
        }}
        onLeave={() => setLeft(true)}
        error={wrongTo}
      />
    </div>
  );
}

function wrongEnd(start: number | undefined, end: number | undefined): string | undefined {
  if (end === undefined) return TYPED_FORM;
  return start !== undefined && end <= start ? "the end is not after the start" : undefined;
}

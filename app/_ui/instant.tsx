"use client";

import { useState } from "react";
import { formatInstant, type Micros } from "../../server/observation/time";
import { instantText, relativeText, spanText } from "./format";

/** An instant in UTC; how long ago stands in the tooltip, told when it is asked for. */
export function Instant({ at }: { at: Micros | undefined }) {
  const [relative, setRelative] = useState<string>();
  if (at === undefined) return <Nothing />;
  const tell = () => setRelative(relativeText(at, Date.now() * 1000));
  return (
    <time dateTime={formatInstant(at)} title={relative} onMouseEnter={tell} className="whitespace-nowrap">
      {instantText(at)}
    </time>
  );
}

/** A span of time in UTC; broken, where it must be, between its ends. */
export function Span({ start, end }: { start: Micros; end: Micros }) {
  const [from, to] = spanText(start, end).split(" to ");
  return (
    <>
      <span className="whitespace-nowrap">{from}</span> <span className="whitespace-nowrap">to {to}</span>
    </>
  );
}

const INSTANT = /(\d{4}-\d{2}-\d{2} \d{2}:\d{2}(?::\d{2})? UTC)/;

/** A sentence of the line's, whose instants are not broken at their hyphens. */
export function Words({ text }: { text: string }) {
  return text.split(INSTANT).map((part, place) =>
    place % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text have no name but their place
      <span key={place} className="whitespace-nowrap">
        {part}
      </span>
    ) : (
      part
    ),
  );
}

/** What is not there is said to be not there. */
export function Nothing({ word = "none" }: { word?: string }) {
  return <span className="text-muted">{word}</span>;
}

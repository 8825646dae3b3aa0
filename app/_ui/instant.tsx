"use client";

import { useState } from "react";
import { formatInstant, type Micros } from "../../server/observation/time";
import { countText, instantText, relativeText, spanText } from "./format";

/** An instant in UTC; how long ago stands in the tooltip, told when it is asked for. */
export function Instant({ at }: { at: Micros | undefined }) {
  const [relative, setRelative] = useState<string>();
  if (at === undefined) return <Nothing />;
  const tell = () => setRelative(relativeText(at, Date.now() * 1000));
  return (
    <time
      dateTime={formatInstant(at)}
      title={relative}
      onMouseEnter={tell}
      className="min-[1400px]:whitespace-nowrap"
    >
      <Unbroken text={instantText(at)} />
    </time>
  );
}

/** A span of time in UTC; broken, where it must be, between its ends; on a wide page only where it ends on another day. */
export function Span({ start, end }: { start: Micros; end: Micros }) {
  const [from = "", to = ""] = spanText(start, end).split(" to ");
  const sameDay = !to.includes("-");
  // A wide page has room for it on one line, but for the narrow places of lists of facts.
  return (
    <span className={sameDay ? "min-[1400px]:whitespace-nowrap in-[dd]:whitespace-normal!" : ""}>
      <span className="whitespace-nowrap">{from}</span> <span className="whitespace-nowrap">to {to}</span>
    </span>
  );
}

/** An instant that is broken, where it must be, between its day and its time. */
function Unbroken({ text }: { text: string }) {
  const day = text.slice(0, 10);
  return (
    <>
      <span className="whitespace-nowrap">{day}</span>{" "}
      <span className="whitespace-nowrap">{text.slice(11)}</span>
    </>
  );
}

const INSTANT = /^\d{4}-\d{2}-\d{2} /;
const UNBROKEN = /(\d{4}-\d{2}-\d{2} \d{2}:\d{2}(?::\d{2})? UTC|\d+(?:[\u2009\u202f]\d{3})+|\d+ %)/;

/** A number of rows or deliveries: the line writes it in plain digits, which scripts read too. */
const COUNT = /\b\d{4,}(?= (?:rows|deliveries)\b)/g;

/** A sentence of the line's, with its counts grouped, whose days, times and numbers are not broken in their middle. */
export function Words({ text }: { text: string }) {
  return text
    .replace(COUNT, (digits) => countText(Number(digits)))
    .split(UNBROKEN)
    .map((part, place) => {
      if (place % 2 === 0) return part;
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text have no name but their place
      if (INSTANT.test(part)) return <Unbroken key={place} text={part} />;
      return (
        // biome-ignore lint/suspicious/noArrayIndexKey: as above
        <span key={place} className="whitespace-nowrap">
          {part}
        </span>
      );
    });
}

/** What is not there is said to be not there. */
export function Nothing({ word = "none" }: { word?: string }) {
  return word === "" ? null : <span className="text-muted">{word}</span>;
}

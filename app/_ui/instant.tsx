"use client";

import { useState } from "react";
import { formatInstant, type Micros } from "../../server/observation/time";
import { instantText, relativeText } from "./format";

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

/** What is not there is said to be not there. */
export function Nothing({ word = "none" }: { word?: string }) {
  return <span className="text-muted">{word}</span>;
}

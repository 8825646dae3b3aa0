"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components";
import { middleText } from "./format";

const SAID_MS = 1_500;

/** An identifier or a path: shortened in the middle, whole when copied. */
export function Identifier({ text, length = 17, what }: { text: string; length?: number; what: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    else copyByHand(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SAID_MS);
  };
  const Icon = copied ? Check : Copy;
  return (
    <span className="inline-flex h-5 max-w-full items-center gap-1 align-top">
      <span className="min-w-0 truncate font-mono text-12" title={text}>
        {middleText(text, length)}
      </span>
      <Button
        onPress={copy}
        aria-label={copied ? `Copied ${what}` : `Copy ${what}`}
        className="-my-0.5 grid size-6 shrink-0 cursor-pointer place-items-center rounded text-muted hover:bg-raised hover:text-ink"
      >
        <Icon aria-hidden="true" className="size-3.5" />
      </Button>
    </span>
  );
}

/** A page over plain http on a LAN has no clipboard of the modern kind. */
function copyByHand(text: string): void {
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

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
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SAID_MS);
  };
  const Icon = copied ? Check : Copy;
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <span className="truncate font-mono text-12" title={text}>
        {middleText(text, length)}
      </span>
      <Button
        onPress={copy}
        aria-label={copied ? `Copied ${what}` : `Copy ${what}`}
        className="grid size-6 shrink-0 cursor-pointer place-items-center rounded text-muted hover:bg-raised hover:text-ink"
      >
        <Icon aria-hidden="true" className="size-3.5" />
      </Button>
    </span>
  );
}

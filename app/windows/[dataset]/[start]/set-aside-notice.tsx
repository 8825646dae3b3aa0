"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTRPC } from "../../../_trpc/client";
import type { WindowDetail } from "../../../_trpc/outputs";
import { countText, plural } from "../../../_ui/format";
import { MarkGlyph } from "../../../_ui/mark";
import { letterHref } from "../../../dead-letters/letter-href";

/** So many are named; the others are counted. */
const NAMED = 3;

/** Says that something of a window's time was set aside or discarded: what is missing may be that. Nothing where nothing was. */
export function SetAsideNotice({ window: { dataset, start, end } }: { window: WindowDetail }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.deadLetter.ofTime.queryOptions({ dataset, start, end }));
  if (data === undefined || data.length === 0) return null;
  const rest = data.length - NAMED;
  return (
    <section
      aria-label="Set aside"
      className="flex items-start gap-2 rounded border border-stale/60 bg-stale-soft px-3 py-2 text-stale"
    >
      <span className="pt-0.5">
        <MarkGlyph glyph="corner" tone="stale" />
      </span>
      <div className="min-w-0 break-words">
        <p>{plural(data.length, "message")} of this time came into nothing, which may be what is missing:</p>
        <ul className="mt-1">
          {data.slice(0, NAMED).map((letter) => (
            <li key={`${letter.queue} ${letter.id}`}>
              {letter.discardedAt === undefined ? "set aside" : "discarded"}: {letter.reason}{" "}
              <Link href={letterHref(letter)} className="link">
                See the message
              </Link>
            </li>
          ))}
        </ul>
        {rest > 0 ? <p>and {countText(rest)} more</p> : null}
      </div>
    </section>
  );
}

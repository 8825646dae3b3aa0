"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useLive } from "../_trpc/live";
import { MarkGlyph } from "../_ui/mark";
import { LINE, type Place, UPKEEP } from "./places";
import { UtcClock } from "./utc-clock";

function RailLink({ place, current }: { place: Place; current: boolean }) {
  const Icon = place.icon;
  const look = current
    ? "bg-accent-soft text-accent font-medium"
    : "text-muted hover:bg-raised hover:text-ink";
  return (
    <li>
      <Link
        href={place.href}
        aria-current={current ? "page" : undefined}
        className={`flex h-8 items-center gap-2.5 rounded px-2 md:px-2.5 whitespace-nowrap transition-colors ${look}`}
      >
        <Icon aria-hidden="true" className="hidden size-4 shrink-0 md:block" strokeWidth={1.75} />
        {place.name}
      </Link>
    </li>
  );
}

/** Whether what is shown changes by itself. */
function LiveMark({ live }: { live: boolean }) {
  return (
    <p role="status" className="flex items-center gap-1.5 whitespace-nowrap">
      <MarkGlyph glyph={live ? "tick" : "dots"} tone={live ? "built" : "stale"} />
      {live ? "Live" : "Connecting again"}
    </p>
  );
}

/** The rail at the left; on a narrow page a strip at the top. */
export function Rail() {
  const path = usePathname();
  const live = useLive();
  const isCurrent = ({ href }: Place) =>
    href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`);
  return (
    <header className="border-b bg-panel md:w-52 md:shrink-0 md:border-r md:border-b-0">
      <div className="md:sticky md:top-0 md:flex md:h-dvh md:flex-col">
        <div className="flex items-center justify-between px-4 pt-3 md:block md:px-5 md:pt-6 md:pb-4">
          <Link href="/" className="flex items-center gap-2 text-16 font-semibold tracking-tight">
            <svg aria-hidden="true" viewBox="0 0 20 20" className="size-5 text-accent">
              <path
                d="M2 14h3l2-8 3 11 3-14 2 11h3"
                fill="none"
                stroke="currentColor"
                strokeWidth="1.75"
                strokeLinecap="round"
                strokeLinejoin="round"
              />
            </svg>
            Ionbeam
          </Link>
          <div className="flex items-center gap-3 text-12 text-muted md:hidden">
            <LiveMark live={live} />
            <UtcClock />
          </div>
        </div>
        <nav aria-label="The line" className="px-2 py-2 md:px-2.5">
          <ul className="flex flex-wrap gap-1 md:flex-col">
            {LINE.map((place) => (
              <RailLink key={place.href} place={place} current={isCurrent(place)} />
            ))}
            <li aria-hidden="true" className="mx-2.5 my-2 hidden border-t md:block" />
            {UPKEEP.map((place) => (
              <RailLink key={place.href} place={place} current={isCurrent(place)} />
            ))}
          </ul>
        </nav>
        <div className="mt-auto hidden flex-col gap-1 px-5 py-5 text-12 text-muted md:flex">
          <LiveMark live={live} />
          <UtcClock />
          <p>All times are UTC.</p>
          <p>
            Press <kbd className="rounded border border-edge/60 px-1 font-mono">?</kbd> for the keys.
          </p>
        </div>
      </div>
    </header>
  );
}

"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTRPC } from "../_trpc/client";
import { Mark } from "../_ui/mark";
import { progressWords, ReprocessBar } from "../reprocess/progress";
import { SteerReprocess } from "../reprocess/steer";
import { REPROCESS_STATES, rangesWords } from "../reprocess/words";

/** On every page while a reprocess lasts: how far it is, and the means to stop it. At the foot, so that nothing moves when it comes. */
export function ReprocessBanner() {
  const trpc = useTRPC();
  const path = usePathname();
  const { data } = useQuery(trpc.reprocess.active.queryOptions());
  // Its own page says all of that.
  const first = data?.shown.find(({ number }) => path !== `/reprocess/${number}`);
  const others = (data?.count ?? 0) - 1;
  if (!first) return null;
  return (
    <aside
      aria-label="Reprocessing"
      className="sticky bottom-0 z-10 flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-edge bg-panel px-4 py-2 md:px-8"
    >
      <Mark {...REPROCESS_STATES[first.state]} />
      <span className="min-w-0 flex-1 basis-72">
        <Link href={`/reprocess/${first.number}`} className="link font-medium">
          {`Reprocess ${first.number}`}
        </Link>{" "}
        <span className="text-muted">
          <span className="hidden md:inline">{`${rangesWords(first.ranges)}: `}</span>
          {progressWords(first)}
          {others > 0 ? `; ${others} more` : ""}
        </span>
        <ReprocessBar of={first} />
      </span>
      <span className="flex gap-2">
        <SteerReprocess of={first} short />
      </span>
    </aside>
  );
}

"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useTRPC } from "../../_trpc/client";
import type { Source } from "../../_trpc/outputs";
import { useAct } from "../../_trpc/use-act";
import { Button } from "../../_ui/button";
import { Instant } from "../../_ui/instant";
import { MarkGlyph } from "../../_ui/mark";

/** Instead of all that cannot be done with a source that was removed: since when, what stays, and the way back. */
export function RemovedNotice({ source }: { source: Source }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const add = useMutation(trpc.catalogue.addSource.mutationOptions());
  const { act, pending } = useAct();
  const { name, kind, dataset, removedAt, known } = source;
  const again = () =>
    act(async () => {
      await add.mutateAsync({ name, kind });
      await queries.invalidateQueries(trpc.source.pathFilter());
      return `${name} is added again. It is off: look at its configuration and schedules, then enable it.`;
    });
  return (
    <section
      aria-label="Removed"
      className="flex flex-wrap items-center justify-between gap-3 rounded border border-edge px-3 py-2"
    >
      <p className="flex max-w-[90ch] min-w-0 items-start gap-2">
        <span className="pt-0.5">
          <MarkGlyph glyph="dash" tone="too-late" />
        </span>
        <span>
          It was removed <Instant at={removedAt} />: it is asked for nothing, and no alert watches it. What it
          delivered stays in{" "}
          <Link href={`/datasets/${encodeURIComponent(dataset)}`} className="link">
            {dataset}
          </Link>
          . Its kept payloads can be ingested again when it is added again.
        </span>
      </p>
      {known ? (
        <Button onPress={again} pending={pending}>
          Add it again
        </Button>
      ) : null}
    </section>
  );
}

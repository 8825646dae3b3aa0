"use client";

import { useQuery } from "@tanstack/react-query";
import type { Ref } from "react";
import { useTRPC } from "../_trpc/client";
import { Button } from "../_ui/button";
import { Instant } from "../_ui/instant";
import { MarkGlyph } from "../_ui/mark";

/** Which entries of the audit tell of saves of a form. */
export interface Audited {
  readonly what: string;
  readonly subject: string;
}

/** Says that somebody else has saved meanwhile: who and when, where the audit knows, and which fields. */
export function Overtaken({
  audited,
  fields,
  keepMine,
  takeTheirs,
  ref,
}: {
  /** Takes the focus, when Save says that it stands here. */
  ref: Ref<HTMLDivElement>;
  audited: Audited;
  fields: readonly string[];
  keepMine: () => void;
  takeTheirs: () => void;
}) {
  const trpc = useTRPC();
  const entries = useQuery(trpc.audit.list.queryOptions(audited));
  // The filter takes a part of a name.
  const newest = entries.data?.items.find(({ subject }) => subject === audited.subject);
  return (
    <div
      ref={ref}
      tabIndex={-1}
      role="alert"
      className="flex flex-col gap-2 rounded border border-stale/60 bg-stale-soft px-3 py-2"
    >
      <p className="flex items-start gap-2 text-stale">
        <MarkGlyph glyph="corner" tone="stale" />
        <span>
          Somebody else has saved other settings since you began to type
          {fields.length === 0 ? "" : `: ${fields.join("; ")}`}.
          {newest === undefined ? null : (
            <>
              {" "}
              The last save was by {newest.who}, <Instant at={newest.at} />.
            </>
          )}
        </span>
      </p>
      <div className="flex flex-wrap gap-2">
        <Button onPress={takeTheirs}>Show theirs, drop mine</Button>
        <Button onPress={keepMine}>Keep mine on top of theirs</Button>
      </div>
    </div>
  );
}

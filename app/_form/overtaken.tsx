"use client";

import { useQuery } from "@tanstack/react-query";
import type { Ref } from "react";
import { useTRPC } from "../_trpc/client";
import { Button } from "../_ui/button";
import { Instant } from "../_ui/instant";
import { OvertakenNotice } from "../_ui/overtaken-notice";

/** Which entries of the audit tell of saves of a form. */
export interface Audited {
  readonly what: string;
  readonly subject: string;
}

/** Says that somebody else has saved meanwhile: who and when, where the audit knows, and which settings, with their values. */
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
  /** Each setting that was changed, in words. */
  fields: readonly string[];
  keepMine: () => void;
  takeTheirs: () => void;
}) {
  const trpc = useTRPC();
  const entries = useQuery(trpc.audit.list.queryOptions(audited));
  // The filter takes a part of a name.
  const newest = entries.data?.items.find(({ subject }) => subject === audited.subject);
  return (
    <OvertakenNotice
      ref={ref}
      actions={
        <>
          <Button onPress={takeTheirs}>Show theirs, drop mine</Button>
          <Button onPress={keepMine}>Keep mine on top of theirs</Button>
        </>
      }
    >
      <p>
        Somebody else has saved other settings since you began to type.
        {newest === undefined ? null : (
          <>
            {" "}
            The last save was by {newest.who}, <Instant at={newest.at} />.
          </>
        )}
      </p>
      {fields.length === 0 ? null : (
        <ul className="list-disc pl-5">
          {fields.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      )}
    </OvertakenNotice>
  );
}

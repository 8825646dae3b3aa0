"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { parseInstant } from "../../../server/observation/time";
import { useTRPC } from "../../_trpc/client";
import { Loaded } from "../../_trpc/loaded";
import type { RetentionLine } from "../../_trpc/outputs";
import { useAct } from "../../_trpc/use-act";
import { Button } from "../../_ui/button";
import { Field } from "../../_ui/field";
import { bytesText, countText, plural } from "../../_ui/format";
import { Instant, Nothing, Span } from "../../_ui/instant";
import { Panel } from "../../_ui/page";
import { type Column, Table } from "../../_ui/table";
import { useUnsaved } from "../../_ui/unsaved";
import { DURATION_FORM } from "../typed-duration";
import { changedKeep, type Keep, KINDS, readKeep, typedKeep } from "./kept";

/** What a dataset keeps for how long: nothing is switched on before its dry run has been seen. */
export function RetentionPanel({ name }: { name: string }) {
  const trpc = useTRPC();
  const standing = useQuery(trpc.dataset.retention.queryOptions({ dataset: name }));
  return (
    <Panel title="Retention" note="What is deleted when it is old enough. Off unless it is switched on here.">
      <Loaded query={standing}>{({ lines }) => <RetentionForm name={name} lines={lines} />}</Loaded>
    </Panel>
  );
}

function RetentionForm({ name, lines }: { name: string; lines: readonly RetentionLine[] }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const set = useMutation(trpc.dataset.set.mutationOptions());
  const { act, pending } = useAct();
  const [draft, setDraft] = useState<Partial<Keep>>({});
  const [tried, setTried] = useState(false);
  /** What the dry run on the page was asked for. */
  const [asked, setAsked] = useState<Partial<Keep>>();
  const dryRun = useQuery({
    ...trpc.dataset.retention.queryOptions({ dataset: name, ...asked }),
    enabled: asked !== undefined,
  });
  const typed = { ...typedKeep(lines), ...draft };
  const wanted = changedKeep(lines, draft);
  const unsaved = wanted === undefined || Object.keys(wanted).length > 0;
  useUnsaved(`the retention of ${name}`, unsaved);
  const seen = asked !== undefined && JSON.stringify(asked) === JSON.stringify(wanted);
  const show = () => {
    setTried(true);
    if (wanted) setAsked(wanted);
  };
  const forget = () => {
    setDraft({});
    setAsked(undefined);
    setTried(false);
  };
  const keep = () =>
    asked &&
    dryRun.data &&
    act(async () => {
      // It deletes: only what was typed is changed, and only where the settings are those of the dry run.
      const answer = await set.mutateAsync({ dataset: name, seen: dryRun.data.stamp, ...asked });
      forget();
      await queries.invalidateQueries(trpc.dataset.pathFilter());
      return answer.changed ? `The retention of ${name} is changed.` : `Nothing to change in ${name}.`;
    });
  return (
    <form
      aria-label={`Retention of ${name}`}
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        show();
      }}
    >
      <div className="flex flex-wrap items-start gap-3">
        {KINDS.filter(({ kind }) => lines.some((line) => line.kind === kind && line.available)).map(
          ({ kind, field, label }) => (
            <Field
              key={kind}
              label={label}
              value={typed[field]}
              onChange={(value) => setDraft({ ...draft, [field]: value })}
              error={
                tried && readKeep(typed[field]) === undefined ? `for ever, or ${DURATION_FORM}` : undefined
              }
              hint={kind === "revisions" ? "from when they are superseded" : "from receipt"}
            />
          ),
        )}
        <div className="flex gap-2 pt-5">
          <Button type="submit">See what would go</Button>
          {seen && dryRun.data ? (
            <Button look="primary" pending={pending} onPress={keep}>
              Delete so from now on
            </Button>
          ) : null}
          {unsaved ? <Button onPress={forget}>Discard changes</Button> : null}
        </div>
      </div>
      {seen ? (
        <Loaded query={dryRun}>{(found) => <DryRun lines={found.lines} />}</Loaded>
      ) : (
        <LastRuns lines={lines} />
      )}
    </form>
  );
}

const DRY_RUN: readonly Column<RetentionLine>[] = [
  { head: "Setting", cell: ({ means }) => means },
  { head: "Would go", number: true, cell: ({ things }) => countText(things) },
  { head: "Rows", number: true, cell: ({ rows }) => (rows === null ? <Nothing word="" /> : countText(rows)) },
  { head: "Size", number: true, cell: ({ bytes }) => bytesText(bytes) },
  {
    head: "Of",
    cell: ({ from, to }) => {
      const [start, end] = [parseInstant(from ?? ""), parseInstant(to ?? "")];
      return start === undefined || end === undefined ? (
        <Nothing word="" />
      ) : (
        <Span start={start} end={end} />
      );
    },
  },
  {
    head: "Passed over",
    cell: ({ passedOver }) =>
      passedOver.map(({ things, reason }) => `${countText(things)}: ${reason}`).join("; ") || (
        <Nothing word="none" />
      ),
  },
];

function DryRun({ lines }: { lines: readonly RetentionLine[] }) {
  return (
    <div className="overflow-x-auto" role="status">
      <Table
        label="What would go"
        columns={DRY_RUN}
        rows={lines.filter(({ available }) => available)}
        rowKey={({ kind }) => kind}
      />
    </div>
  );
}

/** What was counted: several deliveries' points may lie in one file. */
function removedText(count: number, kind: RetentionLine["kind"]): string {
  return kind === "points" || kind === "export"
    ? `points of ${plural(count, "delivery", "deliveries")}`
    : plural(count, "file");
}

function LastRuns({ lines }: { lines: readonly RetentionLine[] }) {
  return (
    <ul className="max-w-[80ch] list-disc pl-5 text-13 text-muted">
      {lines
        .filter(({ available }) => available)
        .map(({ kind, means, lastRemovedAt, lastRemoved, lastBytes, totalRemoved, totalBytes, error }) => (
          <li key={kind}>
            {means[0]?.toUpperCase()}
            {means.slice(1)}.
            {lastRemovedAt === null ? null : (
              <>
                {" "}
                Last deleted <Instant at={parseInstant(lastRemovedAt)} />: {removedText(lastRemoved, kind)},{" "}
                {bytesText(lastBytes)}; until now {removedText(totalRemoved, kind)}, {bytesText(totalBytes)}.
              </>
            )}
            {error === null ? null : <span className="text-failed"> It fails: {error}</span>}
          </li>
        ))}
    </ul>
  );
}

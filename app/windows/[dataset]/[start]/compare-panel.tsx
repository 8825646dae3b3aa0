"use client";

import { useQuery } from "@tanstack/react-query";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useTRPC } from "../../../_trpc/client";
import { Loaded } from "../../../_trpc/loaded";
import type { RevisionDifference, WindowDetail, WindowRevision } from "../../../_trpc/outputs";
import { Choice } from "../../../_ui/field";
import { bytesText, countText, middleText, plural } from "../../../_ui/format";
import { Panel } from "../../../_ui/page";
import { type Column, Table } from "../../../_ui/table";
import { GoneFile } from "./gone-file";
import { ValueChanges } from "./value-changes";

/** Which two are compared stands in the address; else the current one and the one before it. */
function useChoice(revisions: readonly WindowRevision[]) {
  const parameters = useSearchParams();
  const router = useRouter();
  const path = usePathname();
  const known = (name: string) =>
    revisions.find(({ revision }) => String(revision) === parameters.get(name))?.revision;
  const after = known("after") ?? revisions[0]?.revision ?? 0;
  const before =
    known("before") ??
    revisions.find(({ revision }) => revision < after)?.revision ??
    revisions[1]?.revision ??
    0;
  const choose = (chosen: { before?: string; after?: string }) => {
    const next = new URLSearchParams({ before: String(before), after: String(after), ...chosen });
    router.replace(`${path}?${next}`, { scroll: false });
  };
  return { before, after, choose };
}

function optionText({ revision, current, removedAt, output }: WindowRevision): string {
  const notes = [
    current ? "current" : "",
    output === "empty" ? "empty" : "",
    removedAt === undefined ? "" : "its file is deleted",
  ].filter((note) => note !== "");
  return notes.length > 0 ? `${revision} (${notes.join(", ")})` : String(revision);
}

/** What changed between two revisions: what the ledger knows at once, and what the files say when it is asked for. */
export function ComparePanel({
  window,
  revisions,
}: {
  window: WindowDetail;
  revisions: readonly WindowRevision[];
}) {
  const { before, after, choose } = useChoice(revisions);
  const trpc = useTRPC();
  const { dataset, start, end } = window;
  const difference = useQuery(trpc.window.difference.queryOptions({ dataset, start, end, before, after }));
  const options = revisions.map((each) => (
    <option key={each.revision} value={each.revision}>
      {optionText(each)}
    </option>
  ));
  return (
    <Panel title="What changed" note="Between two revisions of this window.">
      <div className="flex flex-col gap-4">
        <div className="flex flex-wrap items-end gap-3">
          <Choice
            label="From revision"
            value={String(before)}
            onChange={(value) => choose({ before: value })}
          >
            {options}
          </Choice>
          <Choice label="To revision" value={String(after)} onChange={(value) => choose({ after: value })}>
            {options}
          </Choice>
        </div>
        {before === after ? (
          <p className="text-muted">That is one revision: choose two.</p>
        ) : (
          <Loaded query={difference}>
            {(data) => (
              <>
                <Counts difference={data} />
                <ChangedDeliveries difference={data} />
                <Values window={window} difference={data} />
              </>
            )}
          </Loaded>
        )}
      </div>
    </Panel>
  );
}

/** By the files, where both are there. */
function Values({
  window,
  difference: { before, after },
}: {
  window: WindowDetail;
  difference: RevisionDifference;
}) {
  const gone = [before, after].find(({ removedAt }) => removedAt !== undefined);
  if (gone) return <GoneFile revision={gone.revision} removedAt={gone.removedAt} />;
  const pair = { before: before.revision, after: after.revision };
  return <ValueChanges key={`${pair.before} ${pair.after}`} window={window} {...pair} />;
}

interface CountLine {
  readonly what: string;
  readonly before: number;
  readonly after: number;
  readonly text: (count: number) => string;
}

function signed({ before, after, text }: CountLine): string {
  if (before === after) return "the same";
  return `${after > before ? "+" : "−"}${text(Math.abs(after - before))}`;
}

function Counts({ difference: { before, after } }: { difference: RevisionDifference }) {
  const line = (
    what: string,
    name: "rows" | "stations" | "deliveries" | "bytes",
    text = countText,
  ): CountLine => ({
    what,
    before: before[name],
    after: after[name],
    text,
  });
  const columns: readonly Column<CountLine>[] = [
    { head: "Count", cell: ({ what }) => what },
    { head: `Revision ${before.revision}`, number: true, cell: (each) => each.text(each.before) },
    { head: `Revision ${after.revision}`, number: true, cell: (each) => each.text(each.after) },
    { head: "Difference", number: true, cell: signed },
  ];
  const lines = [
    line("Deliveries", "deliveries"),
    line("Rows", "rows"),
    line("Stations", "stations"),
    line("Size", "bytes", bytesText),
  ];
  return (
    <Table label="Counts of the two revisions" columns={columns} rows={lines} rowKey={({ what }) => what} />
  );
}

type Changed = RevisionDifference["added"];

/** Which deliveries make the difference, by name as far as that is few. */
function ChangedDeliveries({ difference }: { difference: RevisionDifference }) {
  const { change, added, removed, ingestedAgain } = difference;
  const parts = [
    { word: "added", count: change.added, list: added },
    { word: "taken out", count: change.removed, list: removed },
    {
      word: change.otherMap > 0 ? "ingested again, by another map" : "ingested again",
      count: change.ingestedAgain,
      list: ingestedAgain,
    },
  ].filter(({ count }) => count > 0);
  if (parts.length === 0)
    return (
      <p>
        {change.sameDesired
          ? "Both were made of the same deliveries, by the same ingestions and exclusions."
          : "Both were made of the same deliveries, by the same ingestions; exclusions differ."}
      </p>
    );
  return (
    <ul aria-label="Deliveries that differ" className="flex flex-col gap-1">
      {parts.map(({ word, count, list }) => (
        <li key={word}>
          <details>
            <summary className="cursor-pointer">
              {plural(count, "delivery", "deliveries")} {word}
            </summary>
            <DeliveryNames list={list} count={count} />
          </details>
        </li>
      ))}
    </ul>
  );
}

function DeliveryNames({ list, count }: { list: Changed; count: number }) {
  return (
    <ul className="list-disc pl-6 text-13 text-muted">
      {list.map(({ key, source, rowsBefore, rowsAfter }) => (
        <li key={key}>
          <span className="font-mono text-12" title={key}>
            {middleText(key, 17)}
          </span>
          , {source ?? "another program"}: {rowsText(rowsBefore, rowsAfter)}
        </li>
      ))}
      {count > list.length ? <li>and {countText(count - list.length)} more</li> : null}
    </ul>
  );
}

function rowsText(before: number | null | undefined, after: number | null | undefined): string {
  const [from, to] = [before ?? undefined, after ?? undefined];
  if (from === undefined) return plural(to ?? 0, "row");
  if (to === undefined) return plural(from, "row");
  return `${countText(from)} rows, then ${countText(to)}`;
}

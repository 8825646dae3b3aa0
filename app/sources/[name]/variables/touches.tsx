import Link from "next/link";
import type { MapChange, MapJudgement } from "../../../_trpc/outputs";
import { plural } from "../../../_ui/format";
import { MarkGlyph } from "../../../_ui/mark";
import { Table } from "../../../_ui/table";

const FIELDS: Readonly<Record<MapChange["field"], string>> = {
  role: "what it is",
  column: "column",
  standard_name: "standard name",
  cf_unit: "unit",
  level: "level, m",
  method: "method",
  period: "period",
  dtype: "type",
  from_col: "raw column",
};

/** What two maps have differently. */
export function MapChanges({ changes, label }: { changes: readonly MapChange[]; label: string }) {
  return (
    <Table
      label={label}
      rows={changes}
      rowKey={({ column, field }) => `${column} ${field}`}
      columns={[
        {
          head: "Raw column",
          cell: ({ column }) => <span className="font-mono text-12 break-all">{column}</span>,
        },
        { head: "What", cell: ({ field }) => FIELDS[field] },
        { head: "Before", cell: ({ before }) => before ?? <span className="text-muted">not mapped</span> },
        { head: "After", cell: ({ after }) => after ?? <span className="text-muted">not mapped</span> },
      ]}
    />
  );
}

function Columns({ word, names }: { word: string; names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <li>
      {`${word} ${plural(names.length, "column")}: `}
      <span className="font-mono text-12 break-all">{names.join(", ")}</span>
    </li>
  );
}

/** What a draft changes, and which datasets and projections it touches. */
export function Touches({ judgement }: { judgement: MapJudgement }) {
  const { faults, changes, columns, dataset, projections, otherSources } = judgement;
  const { added, removed, renamed, retyped } = columns;
  const whole = faults.filter(({ column }) => column === "");
  if (changes.length === 0) return <p>It is the map in force: there is nothing to save.</p>;
  return (
    <div className="flex flex-col gap-4">
      {faults.length > 0 ? (
        <div role="alert" className="flex flex-col gap-1 text-failed">
          <p className="flex items-center gap-1.5 font-medium">
            <MarkGlyph glyph="cross" tone="failed" />
            {`${plural(faults.length, "thing")} ${faults.length === 1 ? "is" : "are"} wrong: it cannot be saved like this`}
          </p>
          {whole.map(({ text }) => (
            <p key={text}>{text}</p>
          ))}
        </div>
      ) : null}
      <div className="flex flex-col gap-1">
        <p>
          {"Dataset "}
          <Link href={`/datasets/${encodeURIComponent(dataset)}`} className="link">
            {dataset}
          </Link>
          {added.length + removed.length + renamed.length + retyped.length === 0
            ? " keeps its columns."
            : ", in windows with rows that are ingested by this map:"}
        </p>
        <ul className="flex list-disc flex-col gap-1 pl-5">
          <Columns word="gets" names={added} />
          <Columns word="loses" names={removed} />
          {renamed.map(({ column, before, after }) => (
            <li key={column}>
              {`${column} makes another column: `}
              <span className="font-mono text-12 break-all">{`${before} becomes ${after}`}</span>
            </li>
          ))}
          {retyped.map(({ name, before, after }) => (
            <li key={name}>
              <span className="font-mono text-12 break-all">{name}</span>
              {` is ${after} instead of ${before}`}
            </li>
          ))}
        </ul>
        <p className="text-muted">
          {projections.length === 0
            ? "No projection is enabled."
            : `The products of ${projections.join(", ")} follow the columns of these windows.`}{" "}
          {otherSources.length > 0
            ? `Other sources of the dataset keep maps of their own: ${otherSources.join(", ")}. `
            : ""}
          Saving makes nothing stale; ingesting again does.
        </p>
      </div>
      <details>
        <summary className="cursor-pointer">{`${plural(changes.length, "change")} of the map in force`}</summary>
        <MapChanges changes={changes} label="Changes" />
      </details>
    </div>
  );
}

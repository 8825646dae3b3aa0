"use client";

import { Pencil } from "lucide-react";
import { parseDuration } from "../../../../server/observation/time";
import type { MapRemark, MapSuggestion } from "../../../_trpc/outputs";
import { Button } from "../../../_ui/button";
import { countText, durationText } from "../../../_ui/format";
import { Nothing } from "../../../_ui/instant";
import { MarkGlyph } from "../../../_ui/mark";
import { type Column, Table } from "../../../_ui/table";
import { Tag } from "../../../_ui/tag";
import { shortNumber } from "./converted";
import type { Line } from "./draft";

interface Told {
  readonly changed: ReadonlySet<string>;
  readonly remarks: readonly (MapRemark & { readonly fault: boolean })[];
  readonly suggestions: readonly MapSuggestion[];
  /** Whether samples are there: what is not among them is not in the payload. */
  readonly sampled: boolean;
  readonly onEdit: (line: Line) => void;
  readonly onAccept: (suggestion: MapSuggestion) => void;
}

/** Raw columns and what becomes of each; what is wrong or noted stands at its column, and so does what it may be. */
export function MapTable({ lines, told }: { lines: readonly Line[]; told: Told }) {
  return <Table label="Variables" columns={columnsOf(told)} rows={lines} rowKey={({ column }) => column} />;
}

/** `mean over PT10M (10 min)`, `point`. */
function methodText({ method, period }: NonNullable<Line["variable"]>): string {
  const time = parseDuration(period);
  if (time === 0) return method === "point" ? method : `${method}, ${period}`;
  return `${method} over ${period}${time === undefined ? "" : ` (${durationText(time)})`}`;
}

function columnsOf(told: Told): readonly Column<Line>[] {
  return [
    { head: "Raw column", cell: (line) => <RawColumn line={line} told={told} /> },
    { head: "Becomes", cell: (line) => <Becomes line={line} told={told} /> },
    {
      head: "Unit",
      cell: ({ variable }) =>
        variable ? <span className="whitespace-nowrap">{variable.cf_unit}</span> : <Nothing word="" />,
    },
    {
      head: "Level, m",
      number: true,
      cell: ({ variable }) => (variable ? variable.level : <Nothing word="" />),
    },
    { head: "Method", cell: ({ variable }) => (variable ? methodText(variable) : <Nothing word="" />) },
    { head: "Type", cell: ({ variable, dtype }) => variable?.dtype ?? dtype ?? <Nothing word="" /> },
    { head: "Newest payload", cell: (line) => <Holds line={line} sampled={told.sampled} /> },
    {
      head: "",
      cell: (line) =>
        line.fixed === undefined ? (
          <Button look="quiet" label={`Edit ${line.column}`} onPress={() => told.onEdit(line)}>
            <Pencil aria-hidden="true" className="size-3.5" />
            Edit
          </Button>
        ) : null,
    },
  ];
}

function RawColumn({ line: { column, personal, role }, told }: { line: Line; told: Told }) {
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <span className="min-w-24 font-mono text-12 wrap-anywhere">{column}</span>
      {told.changed.has(column) ? <Tag look="stale">changed</Tag> : null}
      {personal ? <Tag>personal</Tag> : null}
      {role === "axis" ? <Tag>axis</Tag> : null}
    </span>
  );
}

function Becomes({ line, told }: { line: Line; told: Told }) {
  const remarks = told.remarks.filter(({ column }) => column === line.column);
  const suggestion = told.suggestions.find(({ column }) => column === line.column);
  return (
    <span className="flex flex-col items-start gap-1">
      <What line={line} />
      {remarks.map(({ field, text, fault, suggestions }) => (
        <span key={`${field} ${text}`} className="flex max-w-[56ch] items-start gap-1.5">
          <span className="pt-0.5">
            {fault ? <MarkGlyph glyph="cross" tone="failed" /> : <MarkGlyph glyph="corner" tone="stale" />}
          </span>
          <span className={fault ? "text-failed" : "text-muted"}>
            {text}
            {suggestions.length > 0 ? `; perhaps ${suggestions.slice(0, 3).join(", ")}` : ""}
          </span>
        </span>
      ))}
      {suggestion && !told.changed.has(line.column) ? (
        <span className="flex max-w-[56ch] flex-col items-start rounded border border-dashed border-edge/60 px-2 py-1">
          <span className="wrap-anywhere">
            <span className="text-muted">Perhaps </span>
            {`${suggestion.standard_name} in ${suggestion.cf_unit}`}
            <span className="text-muted">{`: ${suggestion.reason}.`}</span>
          </span>
          <span className="-ml-3">
            <Button
              look="quiet"
              label={`Accept ${suggestion.standard_name} in ${suggestion.cf_unit} for ${line.column}`}
              onPress={() => told.onAccept(suggestion)}
            >
              Accept
            </Button>
          </span>
        </span>
      ) : null}
    </span>
  );
}

function What({ line: { role, variable, makes, fixed } }: { line: Line }) {
  if (role === "none") return <span className="text-muted">{fixed ?? "not mapped"}</span>;
  return (
    <span className="flex flex-col">
      <span className="font-medium wrap-anywhere">
        {variable ? variable.standard_name : role === "attribute" ? "attribute" : makes}
      </span>
      {fixed ? <span className="text-12 text-muted">{fixed}</span> : null}
      {makes !== undefined && role === "variable" ? (
        <span className="font-mono text-12 break-all text-muted">{makes}</span>
      ) : null}
    </span>
  );
}

function Holds({ line: { sample, personal, variable }, sampled }: { line: Line; sampled: boolean }) {
  if (!sampled) return <Nothing word="" />;
  if (personal) return <Nothing word="not shown" />;
  if (sample === undefined) return <Nothing word="no such column" />;
  if (sample.filled === 0) return <Nothing word="empty" />;
  const { range, cells, filled } = sample;
  // Only a variable's cells have to be numbers.
  const uncastable = variable ? sample.uncastable : 0;
  return (
    <span className="flex flex-col">
      <span className="break-words">
        {range ? `${shortNumber(range.low)} to ${shortNumber(range.high)}` : (cells[0] ?? "")}
      </span>
      <span className="text-12 text-muted">
        {`${countText(filled)} filled${uncastable > 0 ? `, ${countText(uncastable)} uncastable` : ""}`}
      </span>
    </span>
  );
}

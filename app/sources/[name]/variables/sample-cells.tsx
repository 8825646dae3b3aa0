import {
  isTemperatureDifference,
  type Measured,
} from "../../../../server/observation/temperature-difference";
import { oddValues } from "../../../../server/observation/usual-values";
import { failureOf } from "../../../_trpc/failure";
import type { MapSamples } from "../../../_trpc/outputs";
import { countText, plural } from "../../../_ui/format";
import { MarkGlyph } from "../../../_ui/mark";
import { Failed } from "../../../_ui/states";
import { Table } from "../../../_ui/table";
import { convertedCells, shortNumber } from "./converted";
import type { Line } from "./draft";

/** What is known of the newest payload. */
export interface Sampled {
  /** Undefined while it is read, and where it could not be. */
  readonly data: MapSamples | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

/** Real cells of the newest payload before and after: as they stand, in the declared unit, and in CF's. */
export function SampleCells({
  line: { column, personal },
  sampled,
  unit,
  canonicalUnit,
  measured,
}: {
  line: Pick<Line, "column" | "personal">;
  sampled: Sampled;
  unit: string;
  canonicalUnit: string | undefined;
  measured: Measured;
}) {
  if (personal) return <p className="text-muted">Personal: its cells are not shown.</p>;
  if (sampled.data === undefined)
    return sampled.error ? (
      <Failed failure={failureOf(sampled.error)} retry={sampled.refetch} />
    ) : (
      <p role="status" className="text-muted">
        Reading the newest payload…
      </p>
    );
  if (!sampled.data.payload) return <p className="text-muted">{sampled.data.missing}</p>;
  // Of what is known now: the editor may have been opened before it came.
  const sample = sampled.data.columns.find((each) => each.column === column);
  if (sample === undefined)
    return (
      <p className="text-muted">The newest payload has no such column: there are no cells to look at.</p>
    );
  if (sample.filled === 0) return <p className="text-muted">No cell of the newest payload holds anything.</p>;
  const cells = convertedCells(sample.cells, unit, canonicalUnit, measured);
  const { range, uncastable, filled } = sample;
  const odd = oddValues(measured, unit, range);
  return (
    <div className="flex flex-col gap-1">
      <Table
        label={`Cells of ${column}`}
        cards={false}
        rows={cells}
        rowKey={({ raw }) => raw}
        columns={[
          { head: "Raw cell", cell: ({ raw }) => <span className="font-mono text-12 break-all">{raw}</span> },
          { head: "As declared", number: true, cell: ({ declared }) => declared ?? "no number" },
          { head: "In CF's unit", number: true, cell: ({ canonical }) => canonical ?? "-" },
        ]}
      />
      <p className="text-12 text-muted">
        {`${plural(filled, "cell")} in the newest payload`}
        {range ? `, from ${shortNumber(range.low)} to ${shortNumber(range.high)}` : ""}
        {uncastable > 0 ? `; ${countText(uncastable)} cannot be cast and would be missing` : ""}.
        {isTemperatureDifference(measured)
          ? " Differences convert without the zero of their scale: 1 degC is 1 K."
          : ""}
      </p>
      {odd === undefined ? null : (
        <p role="status" className="flex items-start gap-1.5 text-13 text-stale">
          <MarkGlyph glyph="corner" tone="stale" />
          <span className="max-w-[72ch]">{`${odd.charAt(0).toUpperCase()}${odd.slice(1)}.`}</span>
        </p>
      )}
    </div>
  );
}

import { countText, plural } from "../_ui/format";
import { colourText, gradient, SCALES, type ScaleName } from "./colour-scale";
import type { LegendCounts } from "./legend-counts";
import type { Range } from "./reading/fit-range";
import { valueText } from "./value-text";

/** Name and unit of what is drawn, the scale with its ends, and what lies beyond them. */
export function Legend({
  variable,
  unit,
  scale,
  range,
  counts,
}: {
  variable: string;
  unit: string;
  scale: ScaleName;
  range: Range;
  counts: LegendCounts;
}) {
  const { shown, all, below, above, missing } = counts;
  const middle = (range.low + range.high) / 2;
  return (
    <figure aria-label="Legend" className="flex flex-col gap-1">
      <figcaption className="text-13 font-medium break-words">
        {variable} <span className="font-normal text-muted">{unit === "" ? "(no unit)" : `in ${unit}`}</span>
      </figcaption>
      <div aria-hidden="true" className="flex h-3 max-w-[440px] items-stretch">
        <End side="low" scale={scale} />
        <div className="flex-1" style={{ background: gradient(scale) }} />
        <End side="high" scale={scale} />
      </div>
      <div className="flex max-w-[440px] justify-between gap-3 px-2.5 text-12">
        <span>{valueText(range.low, unit)}</span>
        <span>{valueText(middle, unit)}</span>
        <span>{valueText(range.high, unit)}</span>
      </div>
      <p className="flex flex-wrap gap-x-4 text-12 text-muted">
        <span>
          {SCALES[scale].word}; {countText(below)} below and {countText(above)} above its ends have the colour
          of the end.
        </span>
        {shown < all ? (
          <span>
            Counted are the {countText(shown)} of {plural(all, "station")} that the filters show.
          </span>
        ) : null}
        <span className="inline-flex items-center gap-1.5">
          <svg aria-hidden="true" viewBox="0 0 12 12" className="size-3">
            <circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
          </svg>
          {missing === 1 ? "1 station has no value" : `${countText(missing)} stations have no value`}
        </span>
      </p>
    </figure>
  );
}

/** An arrow at an end: what lies beyond it looks like this too. */
function End({ side, scale }: { side: "low" | "high"; scale: ScaleName }) {
  const colour = colourText(SCALES[scale].colour(side === "low" ? 0 : 1));
  return (
    <svg aria-hidden="true" viewBox="0 0 10 12" className="h-3 w-2.5">
      <path d={side === "low" ? "M10 0v12L0 6Z" : "M0 0v12l10-6Z"} fill={colour} />
    </svg>
  );
}

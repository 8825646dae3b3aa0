import type { Interval } from "../../server/observation/interval";
import { instantText } from "../_ui/format";
import { valueText } from "./value-text";

const WIDTH = 300;
const HEIGHT = 96;
/** More points than there are pixels say nothing more. */
const MOST = 2_000;

/** A station's values over a window: a line that is broken where values are missing, each value a dot while they are few. */
export function SeriesChart({
  times,
  values,
  window,
  unit,
  label,
}: {
  times: Float64Array;
  values: Float64Array;
  window: Interval;
  unit: string;
  label: string;
}) {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return null;
  const low = known.reduce((a, b) => Math.min(a, b));
  const high = known.reduce((a, b) => Math.max(a, b));
  const spread = high - low || 1;
  const x = (at: number) => ((at - window.start) / (window.end - window.start)) * WIDTH;
  const y = (value: number) => HEIGHT - 4 - ((value - low) / spread) * (HEIGHT - 8);
  const step = Math.ceil(times.length / MOST);
  const dots: { x: number; y: number }[] = [];
  let path = "";
  let broken = true;
  for (let i = 0; i < times.length; i += step) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) {
      broken = true;
      continue;
    }
    const at = { x: x(times[i] ?? 0), y: y(value) };
    dots.push(at);
    path += `${broken ? "M" : "L"}${at.x.toFixed(1)} ${at.y.toFixed(1)}`;
    broken = false;
  }
  const summary = `${label}: ${known.length} values from ${valueText(low, unit)} to ${valueText(high, unit)}, ${instantText(window.start)} to ${instantText(window.end)}`;
  return (
    <figure className="flex flex-col gap-1">
      <div className="flex justify-between text-12 text-muted">
        <span>{valueText(low, unit)}</span>
        <span>to {valueText(high, unit)}</span>
      </div>
      <svg
        role="img"
        aria-label={summary}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-24 w-full rounded border bg-ground text-accent"
      >
        <path
          d={path}
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
          vectorEffect="non-scaling-stroke"
        />
        {dots.length <= 60
          ? dots.map((dot) => (
              <path
                key={`${dot.x} ${dot.y}`}
                d={`M${dot.x} ${dot.y}h0.001`}
                stroke="currentColor"
                strokeWidth="5"
                strokeLinecap="round"
                vectorEffect="non-scaling-stroke"
              />
            ))
          : null}
      </svg>
      <div className="flex justify-between text-12 text-muted">
        <span>{instantText(window.start).slice(11)}</span>
        <span>{instantText(window.end).slice(11)}</span>
      </div>
    </figure>
  );
}

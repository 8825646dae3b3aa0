import type { Range } from "./reading/fit-range";
import type { Shown } from "./reading/messages";
import { type Filter, passes } from "./reading/station-list";

/** What the legend counts, of the stations that are shown. */
export interface LegendCounts {
  readonly shown: number;
  /** With those that a filter takes away. */
  readonly all: number;
  readonly below: number;
  readonly above: number;
  /** Without a value. */
  readonly missing: number;
}

/** @param range undefined: no scale, so nothing lies beyond it */
export function legendCounts(
  { value, lon, lat }: Pick<Shown, "value" | "lon" | "lat">,
  filter: Filter,
  range: Range | undefined,
): LegendCounts {
  let [shown, below, above, missing] = [0, 0, 0, 0];
  const { low, high } = range ?? { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  for (let place = 0; place < value.length; place += 1) {
    const reading = value[place] ?? Number.NaN;
    if (!passes(filter, lon[place] ?? 0, lat[place] ?? 0, reading)) continue;
    shown += 1;
    if (reading < low) below += 1;
    else if (reading > high) above += 1;
    else if (Number.isNaN(reading)) missing += 1;
  }
  return { shown, all: value.length, below, above, missing };
}

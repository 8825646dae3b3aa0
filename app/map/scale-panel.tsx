"use client";

import { Button } from "../_ui/button";
import { Choice } from "../_ui/field";
import { Panel } from "../_ui/page";
import { BoxFields } from "./box-fields";
import { SCALE_NAMES, SCALES, type ScaleName } from "./colour-scale";
import type { MapAddress } from "./map-address";
import type { Box } from "./reading/box";
import type { Range } from "./reading/fit-range";
import { TypedNumber } from "./typed-number";

/** Why a lower end cannot be taken. */
export function notBelow(low: number, high: number, other: string): string | undefined {
  return low < high ? undefined : `not taken: it has to be below ${high} (${other}); change that first`;
}

/** Why an upper end cannot be taken. */
export function notAbove(high: number, low: number, other: string): string | undefined {
  return high > low ? undefined : `not taken: it has to be above ${low} (${other}); change that first`;
}

/** Which colours values have, and which stations are shown. */
export function ScalePanel({
  address,
  scale,
  range,
  unit,
  bounds,
  set,
  onFit,
}: {
  address: MapAddress;
  scale: ScaleName;
  range: Range | undefined;
  unit: string;
  /** What the map shows; undefined where there is no picture. */
  bounds: Box | undefined;
  set: (changed: Partial<MapAddress>) => void;
  onFit: () => void;
}) {
  const inUnit = unit === "" ? "" : ` (${unit})`;
  const { box, min, max } = address;
  const filtered = box !== undefined || min !== undefined || max !== undefined;
  return (
    <Panel title="Colours and filters">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-3">
        <Choice
          label="Colours"
          value={scale}
          onChange={(value) => set({ scale: value as ScaleName, low: undefined, high: undefined })}
        >
          {SCALE_NAMES.map((name) => (
            <option key={name} value={name}>
              {SCALES[name].word}
            </option>
          ))}
        </Choice>
        <TypedNumber
          label={`Scale from${inUnit}`}
          value={range?.low}
          check={range && ((low) => notBelow(low, range.high, "Scale to"))}
          onChange={(low) => set({ low, high: range?.high })}
        />
        <TypedNumber
          label={`Scale to${inUnit}`}
          value={range?.high}
          check={range && ((high) => notAbove(high, range.low, "Scale from"))}
          onChange={(high) => set({ low: range?.low, high })}
        />
        <div className="md:pt-5">
          <Button onPress={onFit}>Fit to the data</Button>
        </div>
        <TypedNumber
          label={`Values from${inUnit}`}
          value={min}
          check={(from) => (max !== undefined && from > max ? notBelow(from, max, "Values to") : undefined)}
          onChange={(value) => set({ min: value })}
        />
        <TypedNumber
          label={`Values to${inUnit}`}
          value={max}
          check={(to) => (min !== undefined && to < min ? notAbove(to, min, "Values from") : undefined)}
          onChange={(value) => set({ max: value })}
        />
        <div className="flex flex-wrap gap-2 md:pt-5">
          {bounds ? <Button onPress={() => set({ box: bounds })}>Keep to this view</Button> : null}
          {filtered ? (
            <Button look="quiet" onPress={() => set({ box: undefined, min: undefined, max: undefined })}>
              Show all stations
            </Button>
          ) : null}
        </div>
      </div>
      <div className="mt-3">
        <BoxFields box={box} bounds={bounds} onChange={(changed) => set({ box: changed })} />
      </div>
      {box ? (
        <p className="mt-2 text-12 text-muted">
          Only stations from {box[1].toFixed(2)} to {box[3].toFixed(2)} degrees north and {box[0].toFixed(2)}{" "}
          to {box[2].toFixed(2)} degrees east; the dashed line is their border.
        </p>
      ) : null}
    </Panel>
  );
}

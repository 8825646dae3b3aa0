"use client";

import type { Box } from "./reading/box";
import { TypedNumber } from "./typed-number";

const GLOBE: Box = [-180, -90, 180, 90];

const SIDES = [
  ["West (degrees east)", 0],
  ["South (degrees north)", 1],
  ["East (degrees east)", 2],
  ["North (degrees north)", 3],
] as const;

/** The box outside of which no station is shown, typed: for a box that is known, and where there is no picture to be moved. */
export function BoxFields({
  box,
  bounds,
  onChange,
}: {
  box: Box | undefined;
  /** What the map shows: the sides that nobody has typed. */
  bounds: Box | undefined;
  onChange: (box: Box | undefined) => void;
}) {
  return (
    <fieldset className="flex flex-wrap items-start gap-x-4 gap-y-3">
      <legend className="sr-only">Box of the stations shown</legend>
      {SIDES.map(([label, side]) => (
        <TypedNumber
          key={side}
          label={label}
          value={box && Number(box[side].toFixed(4))}
          check={(value) =>
            Math.abs(value) > Math.abs(GLOBE[side])
              ? `from ${GLOBE[side === 0 || side === 2 ? 0 : 1]} to ${GLOBE[side === 0 || side === 2 ? 2 : 3]}`
              : undefined
          }
          onChange={(value) => onChange(withSide(box ?? bounds ?? GLOBE, side, value))}
        />
      ))}
    </fieldset>
  );
}

/** A box with one side elsewhere; emptied, that side is the globe's. Sides that have passed each other change places. */
export function withSide(box: Box, side: 0 | 1 | 2 | 3, value: number | undefined): Box {
  const edge = GLOBE[side];
  const bounded = Math.max(-Math.abs(edge), Math.min(Math.abs(edge), value ?? edge));
  const [a, b, c, d] = box.map((each, place) => (place === side ? bounded : each)) as unknown as [
    number,
    number,
    number,
    number,
  ];
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
}

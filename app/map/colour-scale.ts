import { interpolateCividis, interpolateRdBu, interpolateViridis } from "d3-scale-chromatic";
import type { Range } from "./reading/fit-range";

export const SCALE_NAMES = ["viridis", "cividis", "diverging", "cyclical"] as const;
export type ScaleName = (typeof SCALE_NAMES)[number];

type Colour = readonly [red: number, green: number, blue: number];

export interface ColourScale {
  readonly word: string;
  /** Colour of a share of the range, 0 to 1. */
  readonly colour: (share: number) => Colour;
}

/** Anchors of twilight, which is perceptually uniform and ends as it begins (matplotlib, CC0). */
const TWILIGHT: readonly Colour[] = [
  [226, 217, 226],
  [158, 187, 201],
  [103, 133, 190],
  [94, 67, 165],
  [47, 20, 54],
  [142, 44, 80],
  [192, 117, 94],
  [209, 178, 160],
  [226, 217, 226],
];

/** Scales whose equal steps look equal (reference: no rainbow). */
export const SCALES: Readonly<Record<ScaleName, ColourScale>> = {
  viridis: { word: "Viridis", colour: (share) => parsed(interpolateViridis(share)) },
  cividis: { word: "Cividis", colour: (share) => parsed(interpolateCividis(share)) },
  diverging: { word: "Diverging round 0", colour: (share) => parsed(interpolateRdBu(1 - share)) },
  cyclical: { word: "Cyclical, for directions", colour: (share) => between(TWILIGHT, share) },
};

/** The scale that a variable has until somebody chooses another. */
export function usualScale(standardName: string | undefined): ScaleName {
  return /(^|_)(from|to)_direction($|_)/.test(standardName ?? "") ? "cyclical" : "viridis";
}

/** The ends that a scale has for a fitted range: round 0 alike on both sides, round the compass all of it. */
export function scaleRange(name: ScaleName, fit: Range): Range {
  if (name === "cyclical") return { low: 0, high: 360 };
  if (name !== "diverging") return fit;
  const far = Math.max(Math.abs(fit.low), Math.abs(fit.high));
  return { low: -far, high: far };
}

export function colourText(colour: Colour): string {
  return `rgb(${colour.map(Math.round).join(", ")})`;
}

/** A scale as 256 colours of four bytes, for the graphics card. */
export function colourRow(name: ScaleName): Uint8Array<ArrayBuffer> {
  const row = new Uint8Array(256 * 4);
  for (let i = 0; i < 256; i += 1) row.set([...SCALES[name].colour(i / 255).map(Math.round), 255], i * 4);
  return row;
}

/** CSS of the scale from left to right. */
export function gradient(name: ScaleName): string {
  const stops = Array.from({ length: 17 }, (_, i) => colourText(SCALES[name].colour(i / 16)));
  return `linear-gradient(to right, ${stops.join(", ")})`;
}

function between(anchors: readonly Colour[], share: number): Colour {
  const place = Math.max(0, Math.min(1, share)) * (anchors.length - 1);
  const from = anchors[Math.floor(place)] ?? [0, 0, 0];
  const to = anchors[Math.ceil(place)] ?? from;
  const mix = place - Math.floor(place);
  const channel = (i: 0 | 1 | 2) => from[i] + (to[i] - from[i]) * mix;
  return [channel(0), channel(1), channel(2)];
}

/** d3 writes colours as `#rrggbb` or as `rgb(r, g, b)`. */
function parsed(text: string): Colour {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  if (hex) return [1, 2, 3].map((i) => Number.parseInt(hex[i] ?? "0", 16)) as unknown as Colour;
  const [red = 0, green = 0, blue = 0] = (text.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}

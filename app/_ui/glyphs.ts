/** The glyphs that say a state. Each has a shape of its own, so that none needs its colour to be told from the others. */
export type Glyph =
  | "ring"
  | "hourglass"
  | "gap"
  | "dots"
  | "arrow"
  | "tick"
  | "half"
  | "dash"
  | "cross"
  | "lock"
  | "corner"
  | "pause"
  | "again";

/** One stroke of a glyph: SVG path data in a box of 16 by 16. */
export interface GlyphPart {
  readonly d: string;
  /** Filled, instead of drawn with a pen of `pen`. */
  readonly filled?: true;
  readonly pen?: number;
  readonly opacity?: number;
}

export const PEN = 1.75;
const CIRCLE = "M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 1 1 0-11";
const dot = (x: number) => `M${x - 1.5} 8a1.5 1.5 0 1 1 3 0a1.5 1.5 0 1 1-3 0`;

/** What each glyph is drawn of, as SVG in the page and on the canvas of the grid. A ring gets its share of time beside this. */
export const GLYPHS: Readonly<Record<Glyph, readonly GlyphPart[]>> = {
  ring: [{ d: CIRCLE, opacity: 0.4 }],
  hourglass: [{ d: "M4.5 2.5h7M4.5 13.5h7M5.25 2.5c0 3.5 5.5 4.5 5.5 11M10.75 2.5c0 3.5-5.5 4.5-5.5 11" }],
  gap: [{ d: "M2.5 8h3M10.5 8h3M5.5 5v6M10.5 5v6" }],
  dots: [{ d: `${dot(3.5)}${dot(8)}${dot(12.5)}`, filled: true }],
  arrow: [{ d: "M3 8h9.5M9 4.5 12.5 8 9 11.5" }],
  tick: [{ d: "m3 8.5 3.25 3.25L13 4.75", pen: 2 }],
  half: [{ d: CIRCLE }, { d: "M8 2.5a5.5 5.5 0 0 1 0 11Z", filled: true }],
  dash: [{ d: CIRCLE, pen: 1.25 }, { d: "M5.5 8h5" }],
  cross: [{ d: "m4 4 8 8M12 4l-8 8", pen: 2 }],
  lock: [
    { d: "M4.5 7h7a1 1 0 0 1 1 1v4.5a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1Z", filled: true },
    { d: "M5.5 7V5a2.5 2.5 0 0 1 5 0v2" },
  ],
  corner: [{ d: "M3 3h10v10Z", filled: true }],
  pause: [{ d: "M5.5 4v8M10.5 4v8", pen: 2 }],
  again: [{ d: "M12.6 5.2a5.2 5.2 0 1 0 .6 3.4M13 2.2v3.3H9.7" }],
};

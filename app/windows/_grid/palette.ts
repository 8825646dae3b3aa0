import type { WindowState } from "../../../server/window/model";

/** The tokens of `globals.css` that the canvas paints with, as they stand in the present scheme. */
export interface Palette {
  readonly states: Readonly<Record<WindowState, string>>;
  readonly panel: string;
  readonly raised: string;
  readonly line: string;
  readonly edge: string;
  readonly ink: string;
  readonly muted: string;
  readonly accent: string;
  readonly stale: string;
}

/** Reads the tokens off the page; to be read again when the scheme changes. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    states: {
      open: token("open"),
      settling: token("settling"),
      waiting: token("waiting"),
      queued: token("queued"),
      building: token("building"),
      built: token("built"),
      incomplete: token("incomplete"),
      empty: token("empty"),
      failed: token("failed"),
      "too-late": token("too-late"),
    },
    panel: token("panel"),
    raised: token("raised"),
    line: token("line"),
    edge: token("edge"),
    ink: token("ink"),
    muted: token("muted"),
    accent: token("accent"),
    stale: token("stale"),
  };
}

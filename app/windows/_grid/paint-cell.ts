import type { WindowState } from "../../../server/window/model";
import type { Palette } from "./palette";

/** A rectangle of the canvas, px. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Under this a cell is too narrow for an edge of its own. */
const EDGED_PX = 5;

/** How high the cells of a state stand, as shares of the row from its top: what needs a person stands taller, whatever its colour. */
const HEIGHTS: Readonly<Record<WindowState, readonly [top: number, bottom: number]>> = {
  failed: [0.04, 0.96],
  "too-late": [0.04, 0.96],
  waiting: [0.2, 0.82],
  incomplete: [0.2, 0.82],
  empty: [0.2, 0.82],
  queued: [0.2, 0.82],
  building: [0.2, 0.82],
  settling: [0.2, 0.82],
  open: [0.2, 0.82],
  built: [0.2, 0.82],
};

/** Where in a row the cells of a state stand. */
export function boxOf(state: WindowState, x: number, width: number, rowTop: number, rowHeight: number): Box {
  const [top, bottom] = HEIGHTS[state];
  const y = Math.round(rowTop + top * rowHeight);
  return { x, y, width, height: Math.round(rowTop + bottom * rowHeight) - y };
}

/** States whose cells are filled: a glyph on them is cut out. */
export const SOLID: ReadonlySet<WindowState> = new Set([
  "built",
  "failed",
  "building",
  "too-late",
  "settling",
]);

/** Paints a cell of a state: a shape that is told from the others without its colour, at any width. */
export function paintCell(
  canvas: CanvasRenderingContext2D,
  state: WindowState,
  box: Box,
  palette: Palette,
  patterns: Patterns,
): void {
  const ink = palette.states[state];
  const { x, y, width, height } = box;
  canvas.fillStyle = ink;
  switch (state) {
    case "built":
    case "failed":
      canvas.fillRect(x, y, width, height);
      return;
    case "building":
      canvas.fillRect(x, y, width, height);
      canvas.fillStyle = palette.panel;
      canvas.fillRect(x, y + 2, width, 2);
      return;
    case "too-late":
      canvas.fillRect(x, y, width, height);
      canvas.fillStyle = palette.panel;
      for (let slit = y + 3; slit < y + height - 2; slit += 18) canvas.fillRect(x, slit, width, 2);
      return;
    case "settling":
      canvas.fillRect(x, y, width, height);
      canvas.fillStyle = palette.panel;
      canvas.fillRect(x, y + height - 4, width, 2);
      return;
    case "incomplete":
      canvas.fillRect(x, y + height / 2, width, height / 2);
      edge(canvas, ink, box);
      return;
    case "waiting":
      canvas.fillStyle = patterns.hatch;
      canvas.fillRect(x, y, width, height);
      edge(canvas, ink, box);
      return;
    case "queued":
      canvas.fillStyle = patterns.dots;
      canvas.fillRect(x, y, width, height);
      edge(canvas, ink, box);
      return;
    case "open":
      canvas.fillRect(x, y + height - 3, width, 3);
      edge(canvas, ink, box);
      return;
    case "empty":
      if (width >= EDGED_PX) edge(canvas, ink, box);
      else canvas.fillRect(x, y + height / 2 - 1, width, 2);
  }
}

/** An edge inside the box; of a narrow one its top and bottom only. */
function edge(canvas: CanvasRenderingContext2D, ink: string, { x, y, width, height }: Box): void {
  canvas.fillStyle = ink;
  canvas.fillRect(x, y, width, 1);
  canvas.fillRect(x, y + height - 1, width, 1);
  if (width < EDGED_PX) return;
  canvas.fillRect(x, y, 1, height);
  canvas.fillRect(x + width - 1, y, 1, height);
}

export interface Patterns {
  readonly hatch: CanvasPattern | string;
  readonly dots: CanvasPattern | string;
}

const TILE = 6;

/** Hatch and dots in the colours of a palette, sharp at the canvas's own pixels. */
export function patternsOf(canvas: CanvasRenderingContext2D, palette: Palette, ratio: number): Patterns {
  const hatch = pattern(canvas, ratio, (tile) => {
    tile.strokeStyle = palette.states.waiting;
    tile.lineWidth = 1.25;
    tile.beginPath();
    for (const shift of [-TILE, 0, TILE]) {
      tile.moveTo(shift - 1, TILE + 1);
      tile.lineTo(shift + TILE + 1, -1);
    }
    tile.stroke();
  });
  const dots = pattern(canvas, ratio, (tile) => {
    tile.fillStyle = palette.states.queued;
    tile.fillRect(1, 1, 1.5, 1.5);
    tile.fillRect(4, 4, 1.5, 1.5);
  });
  return { hatch: hatch ?? palette.states.waiting, dots: dots ?? palette.states.queued };
}

function pattern(
  canvas: CanvasRenderingContext2D,
  ratio: number,
  paint: (tile: CanvasRenderingContext2D) => void,
): CanvasPattern | null {
  const element = document.createElement("canvas");
  element.width = element.height = Math.round(TILE * ratio);
  const tile = element.getContext("2d");
  if (!tile) return null;
  tile.scale(element.width / TILE, element.height / TILE);
  paint(tile);
  const made = canvas.createPattern(element, "repeat");
  made?.setTransform(new DOMMatrix().scale(TILE / element.width));
  return made;
}

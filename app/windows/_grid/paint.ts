import type { Interval } from "../../../server/observation/interval";
import type { Micros } from "../../../server/observation/time";
import { type GridPart, type GridRun, SEVERITY } from "../../../server/window/grid/model";
import type { WindowState } from "../../../server/window/model";
import { WINDOW_STATES } from "../window-state";
import { boxOf, type Patterns, paintCell, SOLID } from "./paint-cell";
import { GLYPH_PX, type Glyphs } from "./paint-glyph";
import { paintHoles } from "./paint-holes";
import type { Palette } from "./palette";
import { type GridRow, type Reach, shownParts } from "./picture";
import type { SelectedRange } from "./selection";

export const ROW_PX = 28;
/** From this width on each cell stands for itself; narrower ones are one span. */
export const APART_PX = 8;
const WORD_PX = 92;
/** What needs a person at once is seen from afar: never narrower than this, and as high as the row. */
const ALARM_PX = 2;
const ALARMS: ReadonlySet<WindowState> = new Set(["failed", "too-late"]);

export interface Scene {
  /** Rows in sight, the first of which begins at `top` px of the canvas (0 or less). */
  readonly rows: readonly GridRow[];
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly span: Interval;
  /** What is known; outside of it nothing is said, not even that nothing is there. */
  readonly known: Interval;
  /** Where grid lines stand. */
  readonly ticks: readonly { readonly at: Micros; readonly major: boolean }[];
  readonly filter: Reach;
  readonly now: Micros;
  readonly palette: Palette;
  readonly patterns: Patterns;
  readonly glyphs: Glyphs;
}

export type OverScene = Pick<Scene, "rows" | "top" | "width" | "height" | "span" | "now" | "palette"> & {
  readonly selection: readonly SelectedRange[];
};

/** One rectangle to come: a cell, or the cells of a run that are too narrow to stand apart. */
interface Stroke {
  readonly run: GridRun;
  readonly parts: readonly GridPart[];
  readonly x: number;
  readonly width: number;
  readonly top: number;
  /** Start of the cell, when it stands for itself. */
  readonly start: Micros;
  readonly apart: boolean;
}

/** Paints the grid. What needs a person is painted last, never narrower than a pixel: nothing covers it. */
export function paint(canvas: CanvasRenderingContext2D, scene: Scene): void {
  const { width, height, palette, span } = scene;
  const scale = width / (span.end - span.start);
  const xOf = (instant: Micros) => (instant - span.start) * scale;
  canvas.clearRect(0, 0, width, height);
  canvas.fillStyle = palette.raised;
  const [left, right] = [xOf(scene.known.start), xOf(scene.known.end)];
  if (left > 0) canvas.fillRect(0, 0, left, height);
  if (right < width) canvas.fillRect(right, 0, width - right, height);
  canvas.fillStyle = palette.line;
  for (const { at, major } of scene.ticks) {
    canvas.globalAlpha = major ? 1 : 0.55;
    canvas.fillRect(Math.round(xOf(at)), 0, 1, height);
  }
  canvas.globalAlpha = 1;
  const strokes = SEVERITY.map((): Stroke[] => []);
  scene.rows.forEach((row, place) => {
    const top = scene.top + place * ROW_PX;
    canvas.fillStyle = palette.line;
    canvas.fillRect(0, top + ROW_PX - 1, width, 1);
    gather(strokes, row, top, scene, scale, canvas);
    const { apart } = scene.filter;
    if (apart !== undefined)
      paintHoles(canvas, row.holes ?? [], { y: top + ROW_PX / 2, span, width, apart }, palette);
  });
  for (const state of SEVERITY.toReversed())
    for (const stroke of strokes[SEVERITY.indexOf(state)] ?? []) paintStroke(canvas, state, stroke, scene);
}

/** Paints what lies over the cells: the selection, and where now is. It changes with every step of a drag, under which the cells stay. */
export function paintOver(canvas: CanvasRenderingContext2D, scene: OverScene): void {
  const { width, height, palette, span } = scene;
  const xOf = (instant: Micros) => ((instant - span.start) * width) / (span.end - span.start);
  canvas.clearRect(0, 0, width, height);
  paintSelection(canvas, scene, xOf);
  const nowX = Math.round(xOf(scene.now));
  canvas.fillStyle = palette.ink;
  for (let y = 0; y < height; y += 6) canvas.fillRect(nowX, y, 1, 3);
}

/** Cuts the runs of a row into strokes, by the worst state that each shows. */
function gather(
  strokes: readonly Stroke[][],
  row: GridRow,
  top: number,
  { span, width, filter, palette }: Scene,
  scale: number,
  canvas: CanvasRenderingContext2D,
): void {
  for (const run of row.runs) {
    const end = run.start + run.cells * run.each;
    if (end <= span.start || run.start >= span.end) continue;
    const parts = shownParts(run.parts, filter);
    const worst = parts[0];
    const x = (run.start - span.start) * scale;
    const cell = run.each * scale;
    if (worst === undefined) {
      const left = Math.max(0, x);
      canvas.fillStyle = palette.edge;
      canvas.fillRect(left, top + ROW_PX - 6, Math.min(width, x + run.cells * cell) - left, 1);
      continue;
    }
    const group = strokes[SEVERITY.indexOf(worst.state)];
    if (cell < APART_PX) {
      const left = Math.max(-1, x);
      const right = Math.min(width + 1, x + run.cells * cell);
      const least = ALARMS.has(worst.state) ? ALARM_PX : 1;
      group?.push({
        run,
        parts,
        x: left,
        width: Math.max(least, right - left),
        top,
        start: run.start,
        apart: false,
      });
      continue;
    }
    const first = Math.max(0, Math.floor((span.start - run.start) / run.each));
    const last = Math.min(run.cells, Math.ceil((span.end - run.start) / run.each));
    for (let place = first; place < last; place += 1) {
      const left = Math.round(x + place * cell);
      const right = Math.round(x + (place + 1) * cell) - 1;
      const start = run.start + place * run.each;
      group?.push({ run, parts, x: left, width: right - left, top, start, apart: true });
    }
  }
}

function paintStroke(
  canvas: CanvasRenderingContext2D,
  state: WindowState,
  { run, parts, x, width, top, start, apart }: Stroke,
  { palette, patterns, glyphs, now, width: whole }: Scene,
): void {
  const commonest = parts.reduce((most, part) => (part.windows > most.windows ? part : most));
  // Of several states the commonest stands below and the worst above it.
  if (commonest.state !== state && (apart || !ALARMS.has(state))) {
    paintCell(canvas, commonest.state, boxOf(commonest.state, x, width, top, ROW_PX), palette, patterns);
    const box = boxOf(state, x, width, top, ROW_PX);
    const half = { ...box, y: top + 1, height: ROW_PX / 2 };
    canvas.fillStyle = palette.panel;
    canvas.fillRect(half.x, half.y, half.width, half.height + 1);
    paintCell(canvas, state, half, palette, patterns);
  } else paintCell(canvas, state, boxOf(state, x, width, top, ROW_PX), palette, patterns);
  if (parts.some(({ stale }) => stale > 0)) paintStale(canvas, { x, width, top, apart }, palette);
  if (parts.some(({ again }) => again > 0)) paintAgain(canvas, { x, width, top, apart }, palette);
  if (!apart || width < GLYPH_PX + 2) return;
  const { glyph, word } = WINDOW_STATES[state];
  const mixed = commonest.state !== state;
  const ink = SOLID.has(state) ? palette.panel : palette.states[state];
  const share = Math.min(1, Math.max(0, (now - start) / run.each));
  // Of a wide cell the part that is in sight has the glyph.
  const [left, right] = [Math.max(0, x), Math.min(whole, x + width)];
  const wide = right - left >= WORD_PX && !mixed;
  const middle = (left + right) / 2;
  const y = mixed ? top + 1 + ROW_PX / 4 : top + ROW_PX / 2;
  const glyphX = wide ? middle - WORD_PX / 2 + GLYPH_PX / 2 + 8 : middle;
  if (!SOLID.has(state) && state !== "empty") {
    canvas.fillStyle = palette.panel;
    canvas.fillRect(glyphX - GLYPH_PX / 2 - 1, y - 7, wide ? WORD_PX - 12 : GLYPH_PX + 2, 14);
  }
  glyphs.paint(canvas, glyph, { x: glyphX, y, ink, share });
  if (!wide) return;
  canvas.fillStyle = ink;
  canvas.font = '500 12px "Inter Variable", system-ui, sans-serif';
  canvas.textBaseline = "middle";
  canvas.fillText(word, glyphX + GLYPH_PX / 2 + 4, y + 0.5);
}

/** The amber corner of a stale cell, with an edge that keeps it apart from what it stands on; of narrow ones a line along the top. */
function paintStale(
  canvas: CanvasRenderingContext2D,
  { x, width, top, apart }: { x: number; width: number; top: number; apart: boolean },
  { stale, panel }: Palette,
): void {
  if (!apart) {
    canvas.fillStyle = panel;
    canvas.fillRect(x, top + 1, width, 5);
    canvas.fillStyle = stale;
    canvas.fillRect(x, top + 1, width, 4);
    return;
  }
  const size = Math.min(9, width);
  const corner = (side: number, ink: string) => {
    canvas.fillStyle = ink;
    canvas.beginPath();
    canvas.moveTo(x + width - side, top + 4);
    canvas.lineTo(x + width, top + 4);
    canvas.lineTo(x + width, top + 4 + side);
    canvas.fill();
  };
  corner(size + 2, panel);
  corner(size, stale);
}

/** A bar along the foot of what is made again on request, where a stale cell has its mark at the head: nothing there is out of date. */
function paintAgain(
  canvas: CanvasRenderingContext2D,
  { x, width, top, apart }: { x: number; width: number; top: number; apart: boolean },
  { ink, panel }: Palette,
): void {
  const side = apart && width > 8 ? 2 : 0;
  canvas.fillStyle = panel;
  canvas.fillRect(x, top + ROW_PX - 8, width, 5);
  canvas.fillStyle = ink;
  canvas.fillRect(x + side, top + ROW_PX - 7, width - 2 * side, 3);
}

/** A bracket round each range, above and below the cells, which stay as they are. */
function paintSelection(
  canvas: CanvasRenderingContext2D,
  { rows, top, selection, palette, width }: OverScene,
  xOf: (instant: Micros) => number,
): void {
  rows.forEach((row, place) => {
    const y = top + place * ROW_PX;
    for (const range of selection) {
      if (range.dataset !== row.dataset) continue;
      const left = Math.max(-4, Math.round(xOf(range.start)));
      const right = Math.min(width + 4, Math.max(left + 2, Math.round(xOf(range.end))));
      if (right < 0 || left > width) continue;
      canvas.fillStyle = palette.accent;
      canvas.globalAlpha = 0.16;
      canvas.fillRect(left, y, right - left, ROW_PX - 1);
      canvas.globalAlpha = 1;
      canvas.fillRect(left, y, right - left, 2);
      canvas.fillRect(left, y + ROW_PX - 3, right - left, 2);
      canvas.fillRect(left, y, 2, ROW_PX - 1);
      canvas.fillRect(right - 2, y, 2, ROW_PX - 1);
    }
  });
}

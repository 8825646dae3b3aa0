import { GLYPHS, type Glyph, PEN } from "../../_ui/glyphs";

/** Size of a glyph on the canvas, px. */
export const GLYPH_PX = 14;
const BOX = 16;

const paths = new Map<string, Path2D>();

function pathOf(data: string): Path2D {
  const known = paths.get(data);
  if (known) return known;
  const path = new Path2D(data);
  paths.set(data, path);
  return path;
}

/**
 * Paints a glyph round its middle.
 * @param share of the time of an open window that has passed, 0 to 1: its ring is drawn that far
 */
export function paintGlyph(
  canvas: CanvasRenderingContext2D,
  glyph: Glyph,
  { x, y, ink, share }: { x: number; y: number; ink: string; share: number },
): void {
  const scale = GLYPH_PX / BOX;
  canvas.save();
  canvas.translate(x - GLYPH_PX / 2, y - GLYPH_PX / 2);
  canvas.scale(scale, scale);
  canvas.lineCap = "round";
  canvas.lineJoin = "round";
  canvas.fillStyle = ink;
  canvas.strokeStyle = ink;
  for (const { d, filled, pen, opacity } of GLYPHS[glyph]) {
    canvas.globalAlpha = opacity ?? 1;
    canvas.lineWidth = pen ?? PEN;
    if (filled) canvas.fill(pathOf(d));
    else canvas.stroke(pathOf(d));
  }
  if (glyph === "ring") {
    canvas.globalAlpha = 1;
    canvas.beginPath();
    canvas.arc(8, 8, 5.5, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * Math.max(0.08, share));
    canvas.stroke();
  }
  canvas.restore();
}

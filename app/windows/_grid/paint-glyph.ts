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

/** Glyphs that are the same wherever they stand, as pictures: of the thousand on a canvas each is drawn from its lines once. */
export class Glyphs {
  private readonly drawn = new Map<string, HTMLCanvasElement>();

  /** @param ratio pixels of the canvas per px */
  constructor(private readonly ratio: number) {}

  /**
   * Paints a glyph round its middle.
   * @param share of the time of an open window that has passed, 0 to 1: its ring is drawn that far
   */
  paint(
    canvas: CanvasRenderingContext2D,
    glyph: Glyph,
    { x, y, ink, share }: { x: number; y: number; ink: string; share: number },
  ): void {
    // Between two pixels a picture is blurred.
    const [left, top] = [x - GLYPH_PX / 2, y - GLYPH_PX / 2].map(
      (each) => Math.round(each * this.ratio) / this.ratio,
    ) as [number, number];
    if (glyph !== "ring") {
      canvas.drawImage(this.pictureOf(glyph, ink), left, top, GLYPH_PX, GLYPH_PX);
      return;
    }
    canvas.save();
    canvas.translate(left, top);
    drawGlyph(canvas, glyph, ink);
    canvas.globalAlpha = 1;
    canvas.beginPath();
    canvas.arc(8, 8, 5.5, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * Math.max(0.08, share));
    canvas.stroke();
    canvas.restore();
  }

  private pictureOf(glyph: Glyph, ink: string): HTMLCanvasElement {
    const key = `${glyph} ${ink}`;
    const known = this.drawn.get(key);
    if (known) return known;
    const picture = document.createElement("canvas");
    picture.width = picture.height = Math.ceil(GLYPH_PX * this.ratio);
    const tile = picture.getContext("2d");
    if (tile) {
      tile.scale(picture.width / GLYPH_PX, picture.height / GLYPH_PX);
      drawGlyph(tile, glyph, ink);
    }
    this.drawn.set(key, picture);
    return picture;
  }
}

/** From the canvas's origin on; leaves it scaled to the box of the glyphs. */
function drawGlyph(canvas: CanvasRenderingContext2D, glyph: Glyph, ink: string): void {
  canvas.scale(GLYPH_PX / BOX, GLYPH_PX / BOX);
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
}

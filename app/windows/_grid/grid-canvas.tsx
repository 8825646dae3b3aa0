"use client";

import { memo, type RefObject, useEffect, useRef, useState } from "react";
import { type OverScene, paint, paintOver, type Scene } from "./paint";
import { type Patterns, patternsOf } from "./paint-cell";
import { Glyphs } from "./paint-glyph";
import { type Palette, readPalette } from "./palette";

/** The scheme of the page: the canvas must be painted again when it changes, which the page itself is not told of. */
function usePalette(): Palette | undefined {
  const [palette, setPalette] = useState<Palette>();
  useEffect(() => {
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const read = () => setPalette(readPalette());
    read();
    dark.addEventListener("change", read);
    return () => dark.removeEventListener("change", read);
  }, []);
  return palette;
}

/** The canvas of an element at the screen's own resolution, empty, in px. */
function canvasOf(
  { current }: RefObject<HTMLCanvasElement | null>,
  { width, height }: { readonly width: number; readonly height: number },
): { readonly canvas: CanvasRenderingContext2D; readonly ratio: number } | undefined {
  const canvas = current?.getContext("2d");
  if (!canvas) return undefined;
  const ratio = window.devicePixelRatio || 1;
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.canvas.width !== across || canvas.canvas.height !== down) {
    canvas.canvas.width = across;
    canvas.canvas.height = down;
  }
  canvas.setTransform(ratio, 0, 0, ratio, 0, 0);
  return { canvas, ratio };
}

type CellsShown = Omit<Scene, "palette" | "patterns" | "glyphs">;

/** The cells; not painted again while only what lies over them changes. Rows, span, known and ticks are told by what they are, not by their values. */
const Cells = memo(function Cells({ palette, ...shown }: CellsShown & { palette: Palette | undefined }) {
  const { rows, top, width, height, span, known, ticks, filter, now } = shown;
  const element = useRef<HTMLCanvasElement>(null);
  const made = useRef<{ palette: Palette; ratio: number; patterns: Patterns; glyphs: Glyphs }>(undefined);
  useEffect(() => {
    if (!palette) return;
    const frame = requestAnimationFrame(() => {
      const found = canvasOf(element, { width, height });
      if (!found) return;
      const { canvas, ratio } = found;
      if (made.current?.palette !== palette || made.current.ratio !== ratio)
        made.current = {
          palette,
          ratio,
          patterns: patternsOf(canvas, palette, ratio),
          glyphs: new Glyphs(ratio),
        };
      const { patterns, glyphs } = made.current;
      paint(canvas, { rows, top, width, height, span, known, ticks, filter, now, palette, patterns, glyphs });
    });
    return () => cancelAnimationFrame(frame);
  }, [rows, top, width, height, span, known, ticks, filter, now, palette]);
  return <canvas ref={element} className="block" style={{ width, height }} />;
});

/** The picture: the cells, and over them the selection and now; each painted at most once a frame. */
export function GridCanvas({ shown }: { shown: CellsShown & Pick<OverScene, "selection"> }) {
  const { selection, ...cells } = shown;
  const { rows, top, width, height, span, now } = cells;
  const element = useRef<HTMLCanvasElement>(null);
  const palette = usePalette();
  useEffect(() => {
    if (!palette) return;
    const frame = requestAnimationFrame(() => {
      const found = canvasOf(element, { width, height });
      if (found) paintOver(found.canvas, { rows, top, width, height, span, now, palette, selection });
    });
    return () => cancelAnimationFrame(frame);
  }, [rows, top, width, height, span, now, palette, selection]);
  return (
    <div aria-hidden="true" className="relative">
      <Cells {...cells} palette={palette} />
      <canvas ref={element} className="absolute top-0 left-0" style={{ width, height }} />
    </div>
  );
}

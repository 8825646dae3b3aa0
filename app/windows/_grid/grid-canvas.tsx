"use client";

import { useEffect, useRef, useState } from "react";
import { paint, type Scene } from "./paint";
import { type Patterns, patternsOf } from "./paint-cell";
import { type Palette, readPalette } from "./palette";

type Shown = Omit<Scene, "palette" | "patterns">;

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

/** The cells as a picture, at the screen's own resolution; painted at most once a frame. */
export function GridCanvas({ shown }: { shown: Shown }) {
  const element = useRef<HTMLCanvasElement>(null);
  const palette = usePalette();
  const made = useRef<{ palette: Palette; ratio: number; patterns: Patterns }>(undefined);
  useEffect(() => {
    if (!palette) return;
    const frame = requestAnimationFrame(() => {
      const canvas = element.current?.getContext("2d");
      if (!canvas) return;
      const ratio = window.devicePixelRatio || 1;
      const [width, height] = [Math.round(shown.width * ratio), Math.round(shown.height * ratio)];
      if (canvas.canvas.width !== width || canvas.canvas.height !== height) {
        canvas.canvas.width = width;
        canvas.canvas.height = height;
      }
      if (made.current?.palette !== palette || made.current.ratio !== ratio)
        made.current = { palette, ratio, patterns: patternsOf(canvas, palette, ratio) };
      canvas.setTransform(ratio, 0, 0, ratio, 0, 0);
      paint(canvas, { ...shown, palette, patterns: made.current.patterns });
    });
    return () => cancelAnimationFrame(frame);
  }, [shown, palette]);
  return (
    <div aria-hidden="true">
      <canvas ref={element} className="block" style={{ width: shown.width, height: shown.height }} />
    </div>
  );
}

import type { Interval } from "../../../server/observation/interval";
import type { Micros } from "../../../server/observation/time";
import { firstHoleAfter, type Hole, roomAt } from "./holes";
import type { Palette } from "./palette";

/** The word of a hole, on the canvas as in the legend and to readers. */
export const NOTHING_COLLECTED = "nothing collected";

/** A dash and the space behind it, px. */
const DASH = [3, 4] as const;
const PERIOD = DASH[0] + DASH[1];
/** A hole narrower than this shows no dash. */
const LEAST_PX = 2;
const WORD_PX = 116;

/** Where the line of a row's holes stands, and what of time is in sight. */
interface Lane {
  /** Middle of the row, px. */
  readonly y: number;
  readonly span: Interval;
  readonly width: number;
  /** From this length on cells stand apart. */
  readonly apart: Micros;
}

/**
 * A dashed line through the holes of a row: no other state is one, with colour or without, and where a network is sparse it stays quiet.
 * Where cells stand apart each has a line of its own, so that it is seen where the next one begins.
 */
export function paintHoles(
  canvas: CanvasRenderingContext2D,
  holes: readonly Hole[],
  { y, span, width, apart }: Lane,
  { edge, muted, panel }: Palette,
): void {
  const scale = width / (span.end - span.start);
  const xOf = (instant: Micros) => (instant - span.start) * scale;
  const line = Math.round(y) + 0.5;
  const wide: { readonly left: number; readonly right: number }[] = [];
  canvas.strokeStyle = edge;
  canvas.lineWidth = 1;
  canvas.setLineDash(DASH);
  canvas.beginPath();
  const draw = (from: Micros, to: Micros, inset: number) => {
    const [left, right] = [xOf(from) + inset, Math.min(width, xOf(to) - inset)];
    if (right - left < LEAST_PX) return;
    // The dashes stay where they are while the hole's start is moved out of sight.
    canvas.moveTo(left < 0 ? left % PERIOD : left, line);
    canvas.lineTo(right, line);
    if (right - Math.max(0, left) >= WORD_PX) wide.push({ left: Math.max(0, left), right });
  };
  for (let at = firstHoleAfter(holes, span.start); at < holes.length; at += 1) {
    const hole = holes[at];
    if (!hole || hole.start >= span.end) break;
    if (hole.each < apart) {
      draw(hole.start, hole.end, 0);
      continue;
    }
    const last = Math.min(hole.end, span.end);
    for (let from = Math.max(hole.start, span.start); from < last; ) {
      const room = roomAt(hole, from);
      draw(room.start, room.end, 2);
      from = room.end;
    }
  }
  canvas.stroke();
  canvas.setLineDash([]);
  if (wide.length === 0) return;
  canvas.font = '500 12px "Inter Variable", system-ui, sans-serif';
  canvas.textBaseline = "middle";
  const length = canvas.measureText(NOTHING_COLLECTED).width;
  for (const { left, right } of wide) {
    const x = (left + right - length) / 2;
    canvas.fillStyle = panel;
    canvas.fillRect(x - 4, y - 8, length + 8, 16);
    canvas.fillStyle = muted;
    canvas.fillText(NOTHING_COLLECTED, x, y + 0.5);
  }
}

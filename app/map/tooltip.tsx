import { instantText } from "../_ui/format";
import type { Shown } from "./reading/messages";
import { lineAt } from "./shown-labels";
import { valueText } from "./value-text";

/** The point under the pointer, and where in the picture that is, CSS pixels. */
export interface Under {
  readonly place: number;
  readonly x: number;
  readonly y: number;
}

/** What is under the pointer. Who has none finds the same in the table. */
export function Tooltip({
  under,
  shown,
  unit,
}: {
  under: Under | undefined;
  shown: Shown | undefined;
  unit: string;
}) {
  const line = under && shown ? lineAt(shown, under.place) : undefined;
  if (!under || !line) return null;
  return (
    <div
      aria-hidden="true"
      className="pointer-events-none absolute z-10 max-w-60 rounded border border-edge bg-panel px-2 py-1 text-12"
      style={{ left: `min(${under.x + 12}px, calc(100% - 180px))`, top: Math.max(4, under.y - 56) }}
    >
      <p className="truncate font-medium">{line.label}</p>
      <p>{valueText(line.value, unit)}</p>
      <p className="whitespace-nowrap text-muted">{instantText(line.time)}</p>
    </div>
  );
}

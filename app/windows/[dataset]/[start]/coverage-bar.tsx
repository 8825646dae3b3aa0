import type { WindowDetail } from "../../../_trpc/outputs";
import { instantText, percentText, spanText } from "../../../_ui/format";

/** The window as a bar: what was asked for is solid, holes are hatched and listed. */
export function CoverageBar({
  window,
}: {
  window: Pick<WindowDetail, "start" | "end" | "gaps" | "coverageShare">;
}) {
  const span = window.end - window.start;
  const percent = (micros: number) => `${(micros / span) * 100}%`;
  return (
    <div className="flex flex-col gap-1">
      <div
        role="img"
        aria-label={`${percentText(window.coverageShare)} of the window is covered`}
        className={`relative h-4 overflow-hidden rounded border border-edge ${window.gaps.length > 0 ? "bg-incomplete/70" : "bg-built/70"}`}
      >
        {window.gaps.map((gap) => (
          <div
            key={gap.start}
            title={`Nothing asked for: ${spanText(gap.start, gap.end)}`}
            className="hatch absolute inset-y-0 min-w-px border-x border-edge bg-panel"
            style={{ left: percent(gap.start - window.start), width: percent(gap.end - gap.start) }}
          >
            <div className="hatch size-full" />
          </div>
        ))}
      </div>
      <div className="flex justify-between text-12 text-muted">
        <span>{instantText(window.start)}</span>
        <span>{instantText(window.end)}</span>
      </div>
      {window.gaps.length > 0 ? (
        <p className="text-13 text-muted">
          No delivery for{" "}
          {window.gaps
            .slice(0, 5)
            .map((gap) => spanText(gap.start, gap.end))
            .join("; ")}
          {window.gaps.length > 5 ? ` and ${window.gaps.length - 5} more` : ""}.
        </p>
      ) : null}
    </div>
  );
}

import Link from "next/link";
import { silenceWords, type WorkerSilence } from "../_shell/use-worker-silence";
import type { Stage } from "../_trpc/outputs";
import { countText, durationText } from "../_ui/format";
import { Mark } from "../_ui/mark";

const STAGES: Readonly<Record<Stage["stage"], { name: string; does: string; unit: string; href: string }>> = {
  source: { name: "Source", does: "asks networks", unit: "runs", href: "/sources" },
  ingest: { name: "Ingest", does: "reads payloads", unit: "deliveries", href: "/ingests" },
  window: { name: "Window", does: "judges spans of time", unit: "events", href: "/windows" },
  dataset: { name: "Dataset", does: "builds files", unit: "builds", href: "/datasets" },
  projection: { name: "Projection", does: "makes products", unit: "projected", href: "/projections" },
};

function StageMark({ stage, silence }: { stage: Stage; silence: WorkerSilence | undefined }) {
  if (stage.failed > 0)
    return <Mark glyph="cross" tone="failed" word={`${countText(stage.failed)} failed`} />;
  // What the ledger has as running or waiting is what nobody works on.
  if (silence) return <Mark glyph="pause" tone="failed" word="not moving" />;
  if (stage.running > 0) return <Mark glyph="arrow" tone="building" word="working" />;
  if (stage.waiting > 0) return <Mark glyph="dots" tone="queued" word="queued" />;
  return <Mark glyph="tick" tone="built" word="idle" />;
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div className="flex items-baseline justify-between gap-3">
      <dt className="text-muted">{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** The line in its order: what passed, what waits, how far behind, what failed. */
export function LinePicture({
  stages,
  silence,
}: {
  stages: readonly Stage[];
  silence: WorkerSilence | undefined;
}) {
  return (
    <ol
      aria-label="The stages of the line"
      className="grid gap-3 md:grid-cols-2 lg:grid-cols-3 xl:grid-cols-5 xl:gap-0"
    >
      {stages.map((stage, index) => {
        const { name, does, unit, href } = STAGES[stage.stage];
        return (
          <li
            key={stage.stage}
            className="relative rounded border bg-panel p-3 xl:rounded-none xl:border-l-0 xl:first:rounded-l xl:first:border-l xl:last:rounded-r"
          >
            {index === 0 ? null : (
              <span
                aria-hidden="true"
                className="absolute top-4 -left-[8px] z-1 hidden size-3.5 rotate-45 border-t border-r border-edge bg-panel xl:block"
              />
            )}
            <div className="flex flex-wrap items-center justify-between gap-x-3">
              <h2 className="font-semibold">
                <Link href={href} className="hover:underline">
                  {name}
                </Link>
              </h2>
              <StageMark stage={stage} silence={silence} />
            </div>
            <p className="text-12 text-muted">{silence ? `${does}: ${silenceWords(silence)}` : does}</p>
            <p className="mt-3 text-28 font-semibold tracking-tight">{countText(stage.doneLastHour)}</p>
            <p className="text-12 text-muted">{unit} in the last hour</p>
            <dl className="mt-3 grid grid-cols-2 gap-x-8 gap-y-0.5 text-13 md:grid-cols-1">
              <Figure name="Waiting" value={countText(stage.waiting)} />
              <Figure name="Running" value={countText(stage.running)} />
              <Figure name="Lag" value={stage.lag === undefined ? "none" : durationText(stage.lag)} />
              <Figure name="Failed" value={countText(stage.failed)} />
            </dl>
          </li>
        );
      })}
    </ol>
  );
}

import { formatInstant, type Micros } from "../../../../server/observation/time";
import type { WindowDetail } from "../../../_trpc/outputs";
import { durationText } from "../../../_ui/format";
import { Nothing } from "../../../_ui/instant";
import { Panel } from "../../../_ui/page";
import { Empty } from "../../../_ui/states";
import { type Column, Table } from "../../../_ui/table";
import { builtSince, exact } from "./built-since";
import { type ChainStep, chainSteps } from "./chain-steps";

const SHADES = ["bg-edge/70", "bg-edge/30"] as const;

/** The times that belong to the current revision: what was projected of an earlier one, or became due since, is not of its chain. */
function stepsOf({ times, projections, revision }: WindowDetail): readonly ChainStep[] {
  const { ready, built } = times;
  return chainSteps({
    ...times,
    ready: ready !== undefined && built !== undefined && ready > built ? undefined : ready,
    projected: projections.flatMap(({ projection, done, doneAt, wantedAt }) =>
      doneAt !== undefined && done === revision ? [{ projection, at: doneAt, wanted: wantedAt }] : [],
    ),
  });
}

const COLUMNS: readonly Column<ChainStep & { number: number }>[] = [
  { head: "Step", cell: ({ number, name }) => `${number}. ${name}` },
  {
    head: "First",
    cell: ({ span }) => (span.start === span.end ? <Nothing word="" /> : <Time at={span.start} />),
  },
  { head: "Last", cell: ({ span }) => <Time at={span.end} /> },
  {
    head: "After the step before",
    number: true,
    cell: ({ after }) =>
      after === undefined ? <Nothing word="" /> : `${after < 0 ? "−" : ""}${durationText(after)}`,
  },
];

function Time({ at }: { at: Micros }) {
  return <time dateTime={formatInstant(at)}>{exact(at)}</time>;
}

/** When what is in the current revision was observed, collected, received, ingested, ready, built and projected. */
export function ChainPanel({ window }: { window: WindowDetail }) {
  const steps = stepsOf(window).map((step, place) => ({ ...step, number: place + 1 }));
  const { built } = window.times;
  const of = built === undefined ? "Of all that came so far." : `Of revision ${window.revision ?? ""}.`;
  return (
    <Panel title="Chain of times" note={`${of} Each step is as wide as the logarithm of its duration.`} flush>
      {steps.length === 0 ? (
        <Empty title="No times yet">They stand here as soon as something is delivered.</Empty>
      ) : (
        <div className="flex flex-col gap-3">
          <div className="flex flex-col gap-3 px-3 pt-3">
            {builtSince(window.times).map((sentence) => (
              <p key={sentence}>{sentence}</p>
            ))}
            <div
              role="img"
              aria-label={steps.map(({ sentence }) => sentence).join("; ")}
              className="flex h-6 overflow-hidden rounded border border-edge text-12"
            >
              {steps.map((step) => (
                <div
                  key={step.number}
                  title={step.sentence}
                  style={{ flexGrow: step.share }}
                  className={`grid min-w-5 basis-0 place-items-center border-edge not-first:border-l ${SHADES[step.number % 2]}`}
                >
                  {step.number}
                </div>
              ))}
            </div>
            <ol className="grid list-inside list-decimal gap-x-6 text-13 md:grid-cols-2">
              {steps.map(({ number, sentence }) => (
                <li key={number}>{sentence}</li>
              ))}
            </ol>
          </div>
          <Table
            label="Chain of times"
            columns={COLUMNS}
            rows={steps}
            rowKey={({ number }) => String(number)}
          />
        </div>
      )}
    </Panel>
  );
}

import type { Interval } from "../../../../server/observation/interval";
import { type Micros, SECOND } from "../../../../server/observation/time";
import { durationText } from "../../../_ui/format";

export interface ChainTimes {
  readonly observed?: Interval | undefined;
  readonly collected?: Interval | undefined;
  readonly received?: Interval | undefined;
  readonly ingested?: Interval | undefined;
  readonly ready?: Micros | undefined;
  readonly built?: Micros | undefined;
  /** Projections of the current revision, when each was done, and when it was last wanted. */
  readonly projected: readonly Projected[];
}

interface Projected {
  readonly projection: string;
  readonly at: Micros;
  readonly wanted?: Micros | undefined;
}

/** One part of the way of a window: from the end of the step before to the end of this one. */
export interface ChainStep {
  readonly name: string;
  /** First and last of this step. */
  readonly span: Interval;
  /** Since the step before; undefined of the first. Negative where clocks differ, or deliveries passed each other. */
  readonly after: Micros | undefined;
  /** `collected 12 min after the last observation` */
  readonly sentence: string;
  /** Share of the drawn width, 0 to 1; all together 1. */
  readonly share: number;
}

/**
 * The chain of times as steps in the order of the line. A window of an hour is built in seconds: so a step is drawn as wide as the logarithm of its
 * duration, and its duration is written beside it. What is not known is left out, and the next step counts from the last one that is known.
 */
export function chainSteps(times: ChainTimes): readonly ChainStep[] {
  const steps: Omit<ChainStep, "share">[] = [];
  const add = (name: string, span: Interval | undefined, words: (after: Micros) => string, alone: string) => {
    if (!span) return;
    const before = steps.at(-1);
    const after = before && span.end - before.span.end;
    steps.push({ name, span, after, sentence: after === undefined ? alone : words(after) });
  };
  const { observed, ready, built } = times;
  if (observed) {
    const length = durationText(observed.end - observed.start);
    add("observed", observed, () => "", `observed over ${length}`);
  }
  const known = () => steps.at(-1)?.name ?? "";
  add("collected", times.collected, (after) => `collected ${later(after, known())}`, "collected");
  add("received", times.received, (after) => `received ${later(after, known())}`, "received");
  add("ingested", times.ingested, (after) => `ingested ${later(after, known())}`, "ingested");
  add("ready", instant(ready), (after) => `ready to be built ${later(after, known())}`, "ready to be built");
  add("built", instant(built), (after) => `built ${later(after, known())}`, "built");
  for (const each of times.projected.toSorted((a, b) => a.at - b.at))
    steps.push(projectedStep(each, built, latest(steps)));
  return shared(steps);
}

function latest(steps: readonly Pick<ChainStep, "span">[]): Micros | undefined {
  return steps.length === 0 ? undefined : Math.max(...steps.map(({ span }) => span.end));
}

/** A build wants its projections in its own transaction: what is wanted later than this was asked for by itself. */
const WITH_THE_BUILD = 10 * SECOND;

/**
 * What was projected before the last build stands for that one too: it found the same bytes. What somebody asked for later did not wait since
 * the build.
 */
function projectedStep(
  { projection, at, wanted }: Projected,
  built: Micros | undefined,
  before: Micros | undefined,
): Omit<ChainStep, "share"> {
  const step = { name: "projected", span: { start: at, end: at } };
  if (built !== undefined && at < built) {
    const sentence = `projected by ${projection} before that build, which found the same bytes`;
    return { ...step, after: undefined, sentence };
  }
  if (built !== undefined && wanted !== undefined && wanted > built + WITH_THE_BUILD && at >= wanted) {
    const sentence = `projected by ${projection} ${durationText(at - wanted)} after that was asked for, ${later(wanted - built, "built")}`;
    return { ...step, after: undefined, sentence };
  }
  const words = built === undefined ? "" : ` ${later(at - built, "built")}`;
  return {
    ...step,
    after: before === undefined ? undefined : at - before,
    sentence: `projected by ${projection}${words}`,
  };
}

const OF: Readonly<Record<string, string>> = {
  observed: "the last observation",
  collected: "the last collection",
  received: "the last payload was received",
  ingested: "the last ingestion",
  ready: "it was ready",
  built: "the build",
};

function later(after: Micros, step: string): string {
  const of = OF[step] ?? "the step before";
  return after < 0 ? `${durationText(after)} before ${of}` : `${durationText(after)} after ${of}`;
}

function instant(at: Micros | undefined): Interval | undefined {
  return at === undefined ? undefined : { start: at, end: at };
}

/** A second and a day can be seen together; nothing is not drawn at all. */
function shared(steps: readonly Omit<ChainStep, "share">[]): readonly ChainStep[] {
  const widths = steps.map(({ span, after }) =>
    Math.log2(1 + Math.max(0, after ?? span.end - span.start) / SECOND),
  );
  const whole = widths.reduce((sum, width) => sum + width, 0);
  return steps.map((step, place) => ({ ...step, share: whole === 0 ? 0 : (widths[place] ?? 0) / whole }));
}

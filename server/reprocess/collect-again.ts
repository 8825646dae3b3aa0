import { errorText, IonbeamError } from "../errors";
import type { Interval } from "../observation/interval";
import { DAY, MINUTE } from "../observation/time";
import type { ActiveReprocessing, ReprocessStep } from "../ports/reprocessings";
import type { Tx } from "../ports/transactions";
import type { Window } from "../window/model";
import { requestBuild } from "./request-build";
import type { ReprocessRoundPorts, Try } from "./round-ports";

/** Windows of one day at most, which are collected together: those of a minute. */
export const DAYFUL = 1_440;

/** A source that fails so long is not waited for: its run goes on being tried, and the reprocess goes on with the rest. */
const PATIENCE = 2 * MINUTE;

/**
 * Asks the sources for the next windows of one day of UTC, in one run each: those that lie side by side, and all of the day where no source answers less.
 */
export async function beginCollecting(each: ActiveReprocessing, ports: ReprocessRoundPorts): Promise<void> {
  const waiting = await ports.reprocessings.steps(each.id, "waiting", DAYFUL);
  const [first] = waiting;
  if (!first) return;
  const sources = await sourcesOf(first.dataset, ports);
  const ofDays = sources.length > 0 && sources.every(({ answersWholeDays }) => answersWholeDays);
  const together = ofDays ? ofOneDay(waiting) : neighbours(waiting);
  const range = {
    start: Math.min(...together.map(({ start }) => start)),
    end: Math.min(Math.max(...together.map(({ end }) => end)), ports.clock.now()),
  };
  // All or none: of a reprocess that is cancelled, or killed, meanwhile no run is left that nobody would stop.
  await ports.transactions.run(async (tx) => {
    if ((await ports.reprocessings.lock(tx, each.id)) !== "running") return;
    const requestKey = `${each.id} ${first.round} ${first.dataset} ${range.start}`;
    const names = sources.map(({ name }) => name);
    const { runs, refusal } = await askAll(tx, names, { ...range, requestKey }, ports);
    for (const step of together) {
      if (runs.length > 0) await ports.reprocessings.begin(tx, step, "collecting", runs);
      else await ports.reprocessings.end(tx, step, "not-run", refusal ?? "no source here brings its dataset");
    }
  });
}

/** One run of each source that takes it. @returns the last refusal beside them */
async function askAll(
  tx: Tx,
  names: readonly string[],
  asked: Interval & { readonly requestKey: string },
  ports: ReprocessRoundPorts,
): Promise<{ readonly runs: readonly string[]; readonly refusal: string | undefined }> {
  const runs: string[] = [];
  let refusal: string | undefined;
  for (const name of names) {
    try {
      runs.push((await ports.collectAgain(tx, { name, ...asked })).runId);
    } catch (error) {
      if (!(error instanceof IonbeamError) || error.retry) throw error;
      refusal = `${name}: ${errorText(error)}`;
    }
  }
  return { runs, refusal };
}

/** The first windows of a list that lie side by side, forwards or backwards, in one dataset and one day of UTC. */
export function neighbours<Step extends Window>(steps: readonly Step[]): readonly Step[] {
  return upTo(ofOneDay(steps), (step, before) => step.start !== before.end && step.end !== before.start);
}

/** The first windows of a list that begin in one day of UTC, in one dataset, with gaps between them or without. */
export function ofOneDay<Step extends Window>(steps: readonly Step[]): readonly Step[] {
  const dayOf = ({ start }: Step) => Math.floor(start / DAY);
  return upTo(steps, (step, before) => step.dataset !== before.dataset || dayOf(step) !== dayOf(before));
}

function upTo<Step>(steps: readonly Step[], parts: (step: Step, before: Step) => boolean): readonly Step[] {
  const end = steps.findIndex((step, i) => {
    const before = steps[i - 1];
    return before !== undefined && parts(step, before);
  });
  return end === -1 ? steps : steps.slice(0, end);
}

async function sourcesOf(dataset: string, ports: ReprocessRoundPorts) {
  const plugins = new Map(ports.sourcePlugins.map((plugin) => [plugin.kind, plugin]));
  return (await ports.catalog.sources()).flatMap(({ name, kind, dataset: fed }) => {
    const plugin = fed === dataset ? plugins.get(kind) : undefined;
    return plugin ? [{ name, answersWholeDays: plugin.answersWholeDays === true }] : [];
  });
}

/** Windows whose runs are through are built; those none of whose runs will ever be have failed. */
export async function takeCollected(
  each: ActiveReprocessing,
  ports: ReprocessRoundPorts,
  attempt: Try,
): Promise<void> {
  const { reprocessings } = ports;
  const byRuns = new Map<string, ReprocessStep[]>();
  for (const step of await reprocessings.steps(each.id, "collecting", 2 * DAYFUL)) {
    const key = step.runs.join(" ");
    byRuns.set(key, [...(byRuns.get(key) ?? []), step]);
  }
  for (const steps of byRuns.values()) {
    const collected = await reprocessings.collected(steps[0]?.runs ?? []);
    const tooLong = ports.clock.now() - (steps[0]?.begunAt ?? 0) > PATIENCE ? collected.passing : undefined;
    const error =
      collected.refusal ??
      (tooLong && `${tooLong}; its run goes on being tried, and what it brings is built as it comes`);
    if (!collected.ingested && error === undefined) continue;
    for (const step of steps)
      await attempt(() =>
        ports.transactions.run(async (tx) => {
          if ((await reprocessings.lock(tx, each.id)) === "cancelling") return;
          if (!collected.ingested) return reprocessings.end(tx, step, "failed", error);
          await ports.catalog.dataset(step.dataset, tx);
          await requestBuild(tx, each, step, ports);
        }),
      );
  }
}

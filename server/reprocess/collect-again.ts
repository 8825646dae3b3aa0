import { errorText, IonbeamError } from "../errors";
import { DAY, MINUTE } from "../observation/time";
import type { ActiveReprocessing, ReprocessStep } from "../ports/reprocessings";
import type { Window } from "../window/model";
import { requestBuild } from "./request-build";
import type { ReprocessRoundPorts, Try } from "./round-ports";

/** Windows of one day at most, which are collected together: those of a minute. */
export const DAYFUL = 1_440;

/** A source that fails so long is not waited for: its run goes on being tried, and the reprocess goes on with the rest. */
const PATIENCE = 2 * MINUTE;

/** Asks the sources for the next windows that lie side by side in one day of UTC, in one run each. */
export async function beginCollecting(each: ActiveReprocessing, ports: ReprocessRoundPorts): Promise<void> {
  const together = neighbours(await ports.reprocessings.steps(each.id, "waiting", DAYFUL));
  const [first] = together;
  if (!first) return;
  const range = {
    start: Math.min(...together.map(({ start }) => start)),
    end: Math.min(Math.max(...together.map(({ end }) => end)), ports.clock.now()),
  };
  const runs: string[] = [];
  let refusal: string | undefined;
  for (const name of await sourcesOf(first.dataset, ports)) {
    try {
      const requestKey = `${each.id} ${first.round} ${first.dataset} ${range.start}`;
      runs.push((await ports.collectAgain({ name, ...range, requestKey })).runId);
    } catch (error) {
      if (!(error instanceof IonbeamError) || error.retry) throw error;
      refusal = `${name}: ${errorText(error)}`;
    }
  }
  // All or none: a kill must not leave the rest to a run of its own.
  await ports.transactions.run(async (tx) => {
    if ((await ports.reprocessings.lock(tx, each.id)) !== "running") return;
    for (const step of together) {
      if (runs.length > 0) await ports.reprocessings.begin(tx, step, "collecting", runs);
      else await ports.reprocessings.end(tx, step, "not-run", refusal ?? "no source here brings its dataset");
    }
  });
}

/** The first windows of a list that lie side by side, forwards or backwards, in one dataset and one day of UTC. */
export function neighbours<Step extends Window>(steps: readonly Step[]): readonly Step[] {
  const [first] = steps;
  if (!first) return [];
  const day = Math.floor(first.start / DAY);
  const end = steps.findIndex((step, i) => {
    const before = steps[i - 1];
    if (!before) return false;
    const beside = step.start === before.end || step.end === before.start;
    return !beside || step.dataset !== first.dataset || Math.floor(step.start / DAY) !== day;
  });
  return end === -1 ? steps : steps.slice(0, end);
}

async function sourcesOf(dataset: string, ports: ReprocessRoundPorts): Promise<readonly string[]> {
  const kinds = new Set(ports.sourcePlugins.map(({ kind }) => kind));
  const sources = await ports.catalog.sources();
  return sources.filter((each) => each.dataset === dataset && kinds.has(each.kind)).map(({ name }) => name);
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

import { errorText, IonbeamError } from "../errors";
import { DAY, type Micros } from "../observation/time";
import type { Catalog } from "../ports/catalog";
import type { Clock } from "../ports/clock";
import type { Ledger } from "../ports/ledger";
import type { Log } from "../ports/log";
import type { ActiveReprocessing, Reprocessings, ReprocessStep } from "../ports/reprocessings";
import type { Transactions, Tx } from "../ports/transactions";
import type { Judgement, Window } from "../window/model";

/** Windows of one reprocessing under way at a time: as many as keep the builds busy, so few that live work is not behind them. */
const UNDER_WAY = 8;
/** So many failures in a row are the window's own: it has failed, and can be tried again by hand. */
const TRIES = 3;
/** Windows of one day at most, which are collected together: those of a minute. */
const DAYFUL = 1_440;

export interface ReprocessRoundPorts {
  readonly reprocessings: Reprocessings;
  readonly transactions: Transactions;
  readonly catalog: Pick<Catalog, "dataset" | "sources">;
  readonly ledger: Pick<Ledger, "lockWindow" | "requestReprocess">;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
  readonly judgeWindow: (tx: Tx, window: Window) => Promise<Judgement>;
  /** Asks a source for a range; the same key is the same run. */
  readonly runSource: (request: {
    readonly name: string;
    readonly start: Micros;
    readonly end: Micros;
    readonly requestKey: string;
  }) => Promise<{ readonly runId: string }>;
  readonly sourcePlugins: readonly { readonly kind: string }[];
}

/**
 * Takes every reprocessing one step on: what is through is ended, what failed is told, and as many windows are begun as may be under way. All that
 * it knows is in the ledger, so that it goes on after a kill.
 * @throws what the first one that failed threw, after the others
 */
export async function reprocessRound(ports: ReprocessRoundPorts, draining: AbortSignal): Promise<boolean> {
  const failures: unknown[] = [];
  for (const each of await ports.reprocessings.active()) {
    if (draining.aborted) break;
    try {
      await advance(each, ports, draining);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return false;
}

async function advance(
  each: ActiveReprocessing,
  ports: ReprocessRoundPorts,
  draining: AbortSignal,
): Promise<void> {
  const { reprocessings } = ports;
  if (each.state === "cancelling") await stop(each, ports);
  else {
    await takeCollected(each, ports);
    for (const step of await reprocessings.failing(each.id, TRIES))
      await giveUp(step, "failed", step.reason ?? "its build failed", ports);
  }
  await reprocessings.endProjected(each.id, each.state === "cancelling" ? 1 : TRIES);
  if (each.state === "running" && !draining.aborted) {
    const free = UNDER_WAY - (await reprocessings.underWay(each.id));
    if (free > 0 && each.depth === "collect") await beginCollecting(each, ports);
    else if (free > 0)
      for (const step of await reprocessings.steps(each.id, "waiting", free)) await begin(each, step, ports);
  }
  await reprocessings.finish(each.id);
}

/** What runs is stopped: requests are taken back. A product that is being written is finished, since its revision stands already. */
async function stop({ id }: ActiveReprocessing, ports: ReprocessRoundPorts): Promise<void> {
  for (const step of await ports.reprocessings.steps(id, "building", UNDER_WAY * 100))
    await giveUp(step, "cancelled", undefined, ports);
  for (const step of await ports.reprocessings.steps(id, "collecting", DAYFUL))
    await ports.transactions.run((tx) =>
      ports.reprocessings.end(tx, step, "cancelled", "what the source brings is kept, and built as it comes"),
    );
}

/** A window under way ends without being built: what it had stays, and what it owes by itself it goes on owing. */
async function giveUp(
  step: ReprocessStep,
  outcome: "failed" | "cancelled",
  reason: string | undefined,
  ports: ReprocessRoundPorts,
): Promise<void> {
  await ports.transactions.run(async (tx) => {
    await ports.catalog.dataset(step.dataset, tx);
    await ports.reprocessings.withdrawRequest(tx, step);
    await ports.judgeWindow(tx, windowOf(step));
    await ports.reprocessings.end(tx, step, outcome, reason);
  });
}

async function begin(
  each: ActiveReprocessing,
  step: ReprocessStep,
  ports: ReprocessRoundPorts,
): Promise<void> {
  await ports.transactions.run(async (tx) => {
    // Whoever pauses or cancels waits for this, or comes first.
    if ((await ports.reprocessings.lock(tx, each.id)) !== "running") return;
    await ports.catalog.dataset(step.dataset, tx);
    if (each.depth !== "projections") return requestBuild(tx, each, step, ports);
    await ports.reprocessings.begin(tx, step, "projecting", []);
    await ports.reprocessings.wantProjections(tx, windowOf(step));
  });
}

/** Makes a window due, or says why it is not built. */
async function requestBuild(
  tx: Tx,
  each: ActiveReprocessing,
  step: ReprocessStep,
  ports: ReprocessRoundPorts,
): Promise<void> {
  const window = windowOf(step);
  const { reprocessings } = ports;
  const { record } = await ports.ledger.lockWindow(tx, window);
  if (!record) return reprocessings.end(tx, step, "not-run", "nothing was received for it");
  await reprocessings.begin(tx, step, "building", step.runs);
  const begun = { ...step, state: "building" } as const;
  await ports.ledger.requestReprocess(tx, window, each.id, each.forced);
  const judged = await ports.judgeWindow(tx, window);
  if (judged.need.kind !== "waiting") return;
  await reprocessings.withdrawRequest(tx, begun);
  const { reason } = await ports.judgeWindow(tx, window);
  await reprocessings.end(tx, begun, "not-run", reason);
}

/** Asks the sources for the next windows that lie side by side in one day of UTC, in one run each. */
async function beginCollecting(each: ActiveReprocessing, ports: ReprocessRoundPorts): Promise<void> {
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
      runs.push((await ports.runSource({ name, ...range, requestKey })).runId);
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

/** Windows whose runs are through are built; those of a run that failed have failed. */
async function takeCollected(each: ActiveReprocessing, ports: ReprocessRoundPorts): Promise<void> {
  const { reprocessings } = ports;
  const byRuns = new Map<string, ReprocessStep[]>();
  for (const step of await reprocessings.steps(each.id, "collecting", 2 * DAYFUL)) {
    const key = step.runs.join(" ");
    byRuns.set(key, [...(byRuns.get(key) ?? []), step]);
  }
  for (const steps of byRuns.values()) {
    const { ingested, error } = await reprocessings.collected(steps[0]?.runs ?? [], TRIES);
    if (!ingested && error === undefined) continue;
    for (const step of steps)
      await ports.transactions.run(async (tx) => {
        if ((await reprocessings.lock(tx, each.id)) === "cancelling") return;
        if (error !== undefined) return reprocessings.end(tx, step, "failed", error);
        await ports.catalog.dataset(step.dataset, tx);
        await requestBuild(tx, each, step, ports);
      });
  }
}

function windowOf({ dataset, start, end }: Window): Window {
  return { dataset, start, end };
}

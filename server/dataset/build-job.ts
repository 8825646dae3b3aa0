import { errorText, Invalid } from "../errors";
import { laneOf } from "../lane";
import { type Lane, type OutgoingMessage, uuidv5 } from "../message";
import { formatInstant } from "../observation/time";
import type { Catalog, Dataset } from "../ports/catalog";
import type { Clock } from "../ports/clock";
import type { Outbox } from "../ports/inbox";
import type { BuildPlan, BuildResult, Ledger, RevisionRecord } from "../ports/ledger";
import type { Log } from "../ports/log";
import type { Transactions, Tx } from "../ports/transactions";
import type { BuildPhase, Judgement, Window } from "../window/model";
import { type BuildPorts, buildWindow } from "./build";
import { followCoverage } from "./follow-coverage";
import { DATASET_AVAILABLE } from "./messages";
import { declaredRights, type SourceKind } from "./rights";

const LEASE_MS = 60_000;

export interface BuildJobPorts extends BuildPorts {
  readonly ledger: Pick<
    Ledger,
    "beginBuild" | "renewBuild" | "commitBuild" | "coverageChange" | "followCoverage"
  >;
  readonly catalog: Pick<Catalog, "dataset" | "everySource">;
  /** The kinds of sources, which declare licences. */
  readonly sourcePlugins?: readonly SourceKind[];
  readonly outbox: Outbox;
  readonly transactions: Transactions;
  readonly clock: Clock;
  readonly log: Log;
  /** The window noun's judgement, handed in: a dataset does not know the rule. */
  readonly judgeWindow: (tx: Tx, window: Window) => Promise<Judgement>;
  readonly backOffMs: (attempt: number, error?: unknown) => number;
}

/** `idle`: nothing is due, or somebody else builds. `covered`: only the coverage changed, and the manifest tells it. `lost`: another build took over; its result stands, which is success. */
export type BuildOutcome = "built" | "unchanged" | "covered" | "idle" | "lost" | "failed";

/**
 * Builds one window if that is due: judges, takes the token, builds, and commits revision, pointer, mark and event in one transaction.
 * Safe to be killed anywhere: what was written under a name of its own counts only after the commit.
 */
export async function runBuild(
  window: Window,
  ports: BuildJobPorts,
  signal: AbortSignal,
): Promise<BuildOutcome> {
  const begun = await ports.transactions.run(async (tx) => {
    const judgement = await ports.judgeWindow(tx, window);
    if (!judgement.buildNow) return undefined;
    const plan = await ports.ledger.beginBuild(tx, window, LEASE_MS);
    return plan && { plan, attempts: judgement.attempts };
  });
  if (!begun) return (await followCoverage(window, ports)) ? "covered" : "idle";
  ports.failPoint("build.begun");
  const { plan, attempts } = begun;
  const log = ports.log.with({
    dataset: window.dataset,
    start: formatInstant(window.start),
    token: plan.token,
  });
  const lost = new AbortController();
  let phase: BuildPhase = "read";
  const enter = (next: BuildPhase) => {
    phase = next;
  };
  const renewal = setInterval(() => {
    ports.transactions
      .run((tx) => ports.ledger.renewBuild(tx, window, plan.token, LEASE_MS, phase))
      .then((held) => held || lost.abort())
      .catch((error) => log.warn("a lease could not be prolonged", { error: errorText(error) }));
  }, LEASE_MS / 3);
  try {
    const dataset = await ports.catalog.dataset(window.dataset);
    const rights = declaredRights(await ports.catalog.everySource(), ports.sourcePlugins ?? []);
    // Whoever has lost the token need not go on: its commit would be refused.
    const building = AbortSignal.any([signal, lost.signal]);
    const result = plan.sealed
      ? asItStands(plan)
      : await buildWindow(plan, dataset, { ...ports, rights, enter }, building);
    enter("publish");
    return await commit(plan, result, dataset, ports);
  } catch (error) {
    return await fail(
      { plan, phase },
      error,
      signal.aborted ? 0 : ports.backOffMs(attempts, error),
      ports,
      log,
    );
  } finally {
    clearInterval(renewal);
  }
}

/** A sealed window is not built again, not even when somebody asks: its current revision is published once more. */
function asItStands({ current }: BuildPlan): BuildResult {
  if (!current) throw new Invalid("this window is sealed and has no revision that could be published again");
  return { kind: "built", ...current };
}

/** The settings come before the window's lock, as everywhere: a judgement needs them, and whoever changes them may be waiting for the window. */
async function commit(
  plan: BuildPlan,
  result: BuildResult,
  dataset: Dataset,
  ports: BuildJobPorts,
): Promise<BuildOutcome> {
  const outcome = await ports.transactions.run(async (tx): Promise<BuildOutcome> => {
    await ports.catalog.dataset(plan.window.dataset, tx);
    const done = await ports.ledger.commitBuild(tx, plan, result, undefined);
    if (done.kind !== "committed") return done.kind;
    if (done.publish) {
      const lane = laneOf(plan.window.end, ports.clock.now());
      await ports.outbox.add(tx, [announcement(plan.window, done.revision, dataset, lane, ports)]);
    }
    await ports.judgeWindow(tx, plan.window);
    ports.failPoint("build.before-commit");
    return done.changed ? "built" : "unchanged";
  });
  ports.failPoint("build.after-commit");
  return outcome;
}

/** The event of a revision; `publications` is its ordinal, so that publishing once more is a message of its own (SEMANTICS 7). */
function announcement(
  window: Window,
  revision: RevisionRecord,
  dataset: Dataset,
  lane: Lane,
  ports: BuildJobPorts,
): OutgoingMessage {
  const id = uuidv5(window.dataset, window.start, window.end, revision.revision, revision.publications);
  return {
    route: DATASET_AVAILABLE,
    id,
    lane,
    body: {
      id,
      metadata: dataset.metadata,
      dataset_location: revision.fileKey === undefined ? "" : ports.files.location(revision.fileKey),
      start_time: formatInstant(window.start),
      end_time: formatInstant(window.end),
    },
  };
}

async function fail(
  { plan, phase }: { plan: BuildPlan; phase: BuildPhase },
  error: unknown,
  waitMs: number,
  ports: BuildJobPorts,
  log: Log,
): Promise<BuildOutcome> {
  log.warn("a build failed and is tried again", { phase, error: errorText(error), waitMs });
  const retryAt = ports.clock.now() + waitMs * 1000;
  return ports.transactions.run(async (tx): Promise<BuildOutcome> => {
    await ports.catalog.dataset(plan.window.dataset, tx);
    const done = await ports.ledger.commitBuild(
      tx,
      plan,
      { kind: "failed", error: errorText(error), phase },
      retryAt,
    );
    if (done.kind === "lost") return "lost";
    await ports.judgeWindow(tx, plan.window);
    return "failed";
  });
}

import type { ActiveReprocessing, ReprocessStep } from "../ports/reprocessings";
import { beginCollecting, DAYFUL, takeCollected } from "./collect-again";
import type { ReprocessOutcome } from "./model";
import { requestBuild, windowOf } from "./request-build";
import type { ReprocessRoundPorts, Try } from "./round-ports";

/** Windows of one reprocessing under way at a time: as many as keep the builds busy, so few that live work is not behind them. */
const UNDER_WAY = 8;
/** So many failures in a row are the window's own: it has failed, and can be tried again by hand. */
const TRIES = 3;

/**
 * Takes every reprocessing one step on: what is through is ended, what failed is told, and as many windows are begun as may be under way. All that
 * it knows is in the ledger, so that it goes on after a kill. A window that cannot be worked on holds up neither the others nor a cancel.
 * @throws what failed first, after all others
 */
export async function reprocessRound(ports: ReprocessRoundPorts, draining: AbortSignal): Promise<boolean> {
  const failures: unknown[] = [];
  const attempt: Try = async (body) => {
    if (draining.aborted) return;
    await body().catch((error: unknown) => failures.push(error));
  };
  for (const each of await ports.reprocessings.active()) await attempt(() => advance(each, ports, attempt));
  if (failures.length > 0) throw failures[0];
  return false;
}

async function advance(each: ActiveReprocessing, ports: ReprocessRoundPorts, attempt: Try): Promise<void> {
  const { reprocessings } = ports;
  if (each.state === "cancelling") await stop(each, ports, attempt);
  else {
    await takeCollected(each, ports, attempt);
    for (const step of await reprocessings.failing(each.id, TRIES))
      await attempt(() => giveUp(step, "failed", step.reason ?? "its build failed", ports));
    // Its window went away, or owes nothing any more: nobody would ever end it.
    for (const step of await reprocessings.stranded(each.id))
      await attempt(() =>
        giveUp(step, "not-run", step.reason ?? "nothing is left of it that could be built", ports),
      );
  }
  await reprocessings.endProjected(each.id, each.state === "cancelling" ? 1 : TRIES);
  if (each.state === "running") {
    const free = UNDER_WAY - (await reprocessings.underWay(each.id));
    if (free > 0 && each.depth === "collect") await beginCollecting(each, ports);
    else if (free > 0)
      for (const step of await reprocessings.steps(each.id, "waiting", free))
        await attempt(() => begin(each, step, ports));
  }
  await ports.transactions.run((tx) => reprocessings.finish(tx, each.id));
}

/** What runs is stopped: requests are taken back. A product that is being written is finished, since its revision stands already. */
async function stop({ id }: ActiveReprocessing, ports: ReprocessRoundPorts, attempt: Try): Promise<void> {
  for (const step of await ports.reprocessings.steps(id, "building", DAYFUL))
    await attempt(() => giveUp(step, "cancelled", undefined, ports));
  for (const step of await ports.reprocessings.steps(id, "collecting", DAYFUL))
    await attempt(async () => {
      const stopped = await ports.cancelRuns(step.runs);
      const { refusal } = await ports.reprocessings.collected(step.runs);
      const reason = whatComes(stopped, refusal);
      await ports.transactions.run((tx) => ports.reprocessings.end(tx, step, "cancelled", reason));
    });
}

/** @param refusal why nothing ever comes of any of its runs; undefined where a source had answered */
function whatComes(stopped: boolean, refusal: string | undefined): string {
  const kept = "what that brought is kept, and built as it comes";
  if (refusal === undefined)
    return stopped
      ? `a source had answered already: ${kept}; what still collected it is cancelled`
      : `its source had answered already: ${kept}`;
  return stopped
    ? "the run that collects it is cancelled: nothing comes of it"
    : `nothing comes of it: ${refusal}`;
}

/** A window under way ends without being built: what it had stays, and what it owes by itself it goes on owing. */
async function giveUp(
  step: ReprocessStep,
  outcome: ReprocessOutcome,
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

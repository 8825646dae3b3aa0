import { z } from "zod";
import { Conflict, NotFound } from "../errors";
import type { Catalog } from "../ports/catalog";
import type { Clock } from "../ports/clock";
import type { RunStops } from "../ports/run-stops";
import type { Transactions } from "../ports/transactions";
import { isCancellable, isOver, type RunState } from "./model";
import { askFor, type SourceVerbPorts } from "./verbs";

interface RunVerbPorts {
  readonly catalog: Pick<Catalog, "audit">;
  readonly runStops: RunStops;
  readonly transactions: Transactions;
}

const RunId = z.uuid("this is no run's id; ionbeam source runs shows those that there are");

export const CancelRun = z.object({ id: RunId });

/**
 * Stops a run: from the moment that this is committed nothing comes of it, whatever of it still runs. A run that nobody works on is cancelled at
 * once, another one when it has stopped. Asked for twice is asked for once.
 * @returns the state it is in now
 * @throws NotFound; Conflict where it has ended already: a run that commits first stays done
 */
export async function cancelRun(
  { id }: z.infer<typeof CancelRun>,
  ports: RunVerbPorts,
): Promise<{ readonly state: RunState }> {
  return ports.transactions.run(async (tx) => {
    const run = await ports.runStops.lock(tx, id);
    if (!run) throw noRun(id);
    const { source, state } = run;
    if (state === "cancelling" || state === "cancelled") return { state };
    if (!isCancellable(state)) throw new Conflict(WHY_NOT[state] ?? `it is ${state}`);
    await ports.runStops.stop(tx, id);
    const held = (await ports.runStops.endStopped(tx)).includes(id);
    await ports.catalog.audit(tx, {
      who: "local",
      what: "source cancel",
      subject: source,
      before: { run: id, state },
      after: { run: id, state: "cancelled" },
    });
    return { state: held ? "cancelling" : "cancelled" };
  });
}

const WHY_NOT: Partial<Record<RunState, string>> = {
  done: "the run is done already: what it brought is kept; withdraw its delivery where it is wrong",
  refused:
    "the run was refused: nothing of it runs; its message stands among the dead letters, where it is replayed or discarded",
  discarded: "the run was discarded: nothing of it runs",
};

/** Stops the runs of a reprocess that are still under way. @returns whether there was one */
export async function cancelRuns(ids: readonly string[], ports: RunVerbPorts): Promise<boolean> {
  let stopped = false;
  for (const id of ids) {
    try {
      await cancelRun({ id }, ports);
      stopped = true;
    } catch (error) {
      // One that has ended, or is not known any more, needs no stopping.
      if (!(error instanceof Conflict || error instanceof NotFound)) throw error;
    }
  }
  return stopped;
}

export const TryRunNow = z.object({ id: RunId });

/**
 * Has a run that failed tried as soon as its turn comes, and not only at the time of its next try. Asked for twice is asked for once; of a run that does
 * not wait for a next try nothing is changed.
 * @returns the state it is in now @throws NotFound; Conflict where it has ended
 */
export async function tryRunNow(
  { id }: z.infer<typeof TryRunNow>,
  ports: RunVerbPorts,
): Promise<{ readonly state: RunState }> {
  return ports.transactions.run(async (tx) => {
    const run = await ports.runStops.lock(tx, id);
    if (!run) throw noRun(id);
    const { source, state } = run;
    if (state !== "done" && (isOver(state) || state === "cancelling"))
      throw new Conflict(
        `the run is ${state}: it is not tried any more; run it again if its range is wanted`,
      );
    if (state !== "failed" || !(await ports.runStops.tryNow(tx, id, source))) return { state };
    const entry = { who: "local", what: "source try", subject: source };
    await ports.catalog.audit(tx, { ...entry, before: { run: id, state }, after: { run: id, tried: "now" } });
    return { state };
  });
}

export const RunAgain = z.object({
  id: RunId,
  /** Made once per click: sending it twice asks once (SEMANTICS 7). */
  requestKey: z.string().min(1).max(200),
});

/**
 * Asks the source once more for the range of a run that has ended, in a new run.
 * @throws NotFound; Conflict where the run has not ended; what `askFor` throws
 */
export async function runAgain(
  { id, requestKey }: z.infer<typeof RunAgain>,
  ports: SourceVerbPorts & {
    readonly catalog: Pick<Catalog, "run">;
    readonly clock: Pick<Clock, "now">;
  },
): Promise<{ readonly runId: string }> {
  const run = await ports.catalog.run(id);
  if (!run) throw noRun(id);
  if (!isOver(run.state))
    throw new Conflict(
      `the run is ${run.state}: wait for its end, or cancel it, before it is asked for again`,
    );
  // However long: its schedule asked for as much.
  return ports.transactions.run((tx) => askFor(tx, { name: run.source, ...run.range, requestKey }, ports));
}

function noRun(id: string): NotFound {
  return new NotFound(`no run ${id}`, { shownBy: "ionbeam source runs shows those that there are" });
}

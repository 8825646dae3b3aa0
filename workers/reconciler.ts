import { errorText } from "../server/errors";
import { laneOf } from "../server/lane";
import type { Inbox } from "../server/ports/inbox";
import type { Jobs } from "../server/ports/jobs";
import type { Ledger } from "../server/ports/ledger";
import type { Log } from "../server/ports/log";
import type { ProjectionLedger } from "../server/ports/projection-ledger";
import type { Transactions, Tx } from "../server/ports/transactions";
import type { Judgement, Window } from "../server/window/model";
import { Setbacks } from "./setbacks";

const BATCH = 500;

/** Judged in one round at most: then it is looked again whether something live has come in between. */
const JUDGED = 100;

/** So many failures in a row are not the windows' own: the round ends, and the loop waits. */
const FAILURES = 10;

export interface ReconcilerPorts {
  readonly inbox: Inbox;
  readonly ledger: Pick<Ledger, "dueWindows" | "now">;
  readonly projections: ProjectionLedger;
  readonly jobs: Pick<Jobs, "add">;
  readonly transactions: Transactions;
  readonly log: Log;
  readonly judgeWindow: (tx: Tx, window: Window) => Promise<Judgement>;
}

/** Jobs are never the truth: these rounds make the missing ones again from the database, at start, when told of a change, and every minute. */
export async function messageRound(ports: Pick<ReconcilerPorts, "inbox" | "jobs">): Promise<boolean> {
  const ready = await ports.inbox.ready(BATCH);
  for (const { queue, id, lane } of ready)
    await ports.jobs.add({ kind: "message", queue, id, lane }, { lane });
  return false;
}

type WindowRoundPorts = Pick<ReconcilerPorts, "ledger" | "jobs" | "transactions" | "log" | "judgeWindow">;

/**
 * Judges windows whose time has come and adds a build for each that may start, live ones first. A window whose judgement fails is said and rests;
 * the others go on.
 * @returns whether there may be more to judge
 */
export async function windowRound(ports: WindowRoundPorts, setbacks = new Setbacks()): Promise<boolean> {
  const { due, now } = await ports.transactions.run(async (tx) => {
    const at = await ports.ledger.now(tx);
    // Those that rest are among those that are due: they must not fill the list.
    return { due: await ports.ledger.dueWindows(tx, at, BATCH + setbacks.size), now: at };
  });
  let judged = 0;
  let failures = 0;
  for (const { window, buildNow } of due) {
    let may = buildNow;
    if (!buildNow) {
      const work = `${window.dataset} ${window.start} ${window.end}`;
      if (judged === JUDGED || setbacks.rests(work, now)) continue;
      judged += 1;
      try {
        may = (await ports.transactions.run((tx) => ports.judgeWindow(tx, window))).buildNow;
        failures = 0;
        setbacks.clear(work);
      } catch (error) {
        const waitMs = setbacks.note(work, now);
        ports.log.warn("a window could not be judged and is tried again", {
          ...window,
          waitMs,
          error: errorText(error),
        });
        failures += 1;
        if (failures === FAILURES) throw error;
        continue;
      }
    }
    if (!may) continue;
    const lane = laneOf(window.end, now);
    await ports.jobs.add(
      { kind: "build", dataset: window.dataset, start: window.start, end: window.end },
      { lane },
    );
  }
  return judged === JUDGED;
}

export async function projectionRound(
  ports: Pick<ReconcilerPorts, "projections" | "jobs">,
): Promise<boolean> {
  for (const { projection, window, lane } of await ports.projections.due(BATCH)) {
    const { dataset, start, end } = window;
    await ports.jobs.add({ kind: "project", projection, dataset, start, end }, { lane });
  }
  return false;
}

import type { Inbox } from "../server/ports/inbox";
import type { Jobs } from "../server/ports/jobs";
import type { Ledger } from "../server/ports/ledger";
import type { ProjectionLedger } from "../server/ports/projection-ledger";
import type { Transactions, Tx } from "../server/ports/transactions";
import type { Judgement, Window } from "../server/window/model";

const BATCH = 500;

export interface ReconcilerPorts {
  readonly inbox: Inbox;
  readonly ledger: Ledger;
  readonly projections: ProjectionLedger;
  readonly jobs: Jobs;
  readonly transactions: Transactions;
  readonly judgeWindow: (tx: Tx, window: Window) => Promise<Judgement>;
}

/** Jobs are never the truth: these rounds make the missing ones again from the database, at start, when told of a change, and every minute. */
export async function messageRound(ports: ReconcilerPorts): Promise<boolean> {
  const ready = await ports.inbox.ready(BATCH);
  for (const { queue, id, lane } of ready) await ports.jobs.add({ kind: "message", queue, id }, { lane });
  return false;
}

/** Judges windows whose time has come and adds a build for each that may start. */
export async function windowRound(ports: ReconcilerPorts): Promise<boolean> {
  const due = await ports.transactions.run(async (tx) =>
    ports.ledger.dueWindows(tx, await ports.ledger.now(tx), BATCH),
  );
  let judged = 0;
  for (const { window, buildNow } of due) {
    const may = buildNow || (await ports.transactions.run((tx) => ports.judgeWindow(tx, window))).buildNow;
    if (!buildNow) judged += 1;
    if (may)
      await ports.jobs.add({ kind: "build", dataset: window.dataset, start: window.start, end: window.end });
  }
  return judged > 0 && due.length === BATCH;
}

export async function projectionRound(ports: ReconcilerPorts): Promise<boolean> {
  for (const { projection, window } of await ports.projections.due(BATCH)) {
    await ports.jobs.add({
      kind: "project",
      projection,
      dataset: window.dataset,
      start: window.start,
      end: window.end,
    });
  }
  return false;
}

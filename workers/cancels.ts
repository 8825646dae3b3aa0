import type { RunStops } from "../server/ports/run-stops";
import type { Transactions } from "../server/ports/transactions";

export interface CancelPorts {
  readonly runStops: RunStops;
  readonly transactions: Transactions;
  readonly failPoint: (name: string) => void;
}

/**
 * Stops the runs that somebody has cancelled: what works on one is told to stop, and when nobody works on it any more it is ended with its message. All
 * that it knows is in the ledger, so that it goes on after a kill.
 */
export class Cancels {
  private readonly working = new Map<string, AbortController>();

  constructor(private readonly ports: CancelPorts) {}

  /** Works on a run that may be cancelled meanwhile. @param body its signal is aborted then */
  async cancellable(id: string, body: (cancelled: AbortSignal) => Promise<unknown>): Promise<void> {
    const controller = new AbortController();
    this.working.set(id, controller);
    try {
      await body(controller.signal);
    } finally {
      if (this.working.get(id) === controller) this.working.delete(id);
    }
  }

  async round(): Promise<boolean> {
    const held = await this.ports.transactions.run((tx) => this.ports.runStops.endStopped(tx));
    if (held.length > 0) this.ports.failPoint("cancel.before-stop");
    for (const id of held) this.working.get(id)?.abort();
    return false;
  }
}

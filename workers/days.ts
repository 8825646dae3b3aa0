import { laneOf } from "../server/lane";
import type { Clock } from "../server/ports/clock";
import type { Ledger } from "../server/ports/ledger";
import type { ProjectionLedger } from "../server/ports/projection-ledger";
import type { Transactions } from "../server/ports/transactions";
import { type DayPorts, dayRound } from "../server/projection/compact-day";

/** A line that is never calm puts a day together this often all the same, or its folders would grow for ever. */
const PATIENCE_US = 600_000_000;

export interface QuietDayPorts extends DayPorts {
  readonly ledger: Pick<Ledger, "dueWindows" | "now">;
  readonly projections: Pick<ProjectionLedger, "due">;
  readonly transactions: Transactions;
  readonly clock: Clock;
}

/** Days are put together while nothing live waits to be built or projected: they are in nobody's way (SEMANTICS 5). */
export function quietDayRound(ports: QuietDayPorts, signal: () => AbortSignal): () => Promise<boolean> {
  let lastAt = ports.clock.now();
  return async () => {
    const now = ports.clock.now();
    const patient = now >= lastAt && now - lastAt < PATIENCE_US;
    if (patient && (await isBusy(ports))) return false;
    lastAt = now;
    return dayRound(ports, signal());
  };
}

async function isBusy({ ledger, projections, transactions }: QuietDayPorts): Promise<boolean> {
  const [projection] = await projections.due(1);
  if (projection?.lane === "live") return true;
  return transactions.run(async (tx) => {
    const now = await ledger.now(tx);
    const due = await ledger.dueWindows(tx, now, 1);
    return due.some(({ window, buildNow }) => buildNow && laneOf(window.end, now) === "live");
  });
}

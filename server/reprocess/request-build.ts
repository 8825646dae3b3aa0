import type { ActiveReprocessing, ReprocessStep } from "../ports/reprocessings";
import type { Tx } from "../ports/transactions";
import type { Window } from "../window/model";
import type { ReprocessRoundPorts } from "./round-ports";

/** Makes a window due, or says why it is not built. The caller has locked the reprocessing and the dataset's settings. */
export async function requestBuild(
  tx: Tx,
  each: ActiveReprocessing,
  step: ReprocessStep,
  ports: ReprocessRoundPorts,
): Promise<void> {
  const window = windowOf(step);
  const { reprocessings } = ports;
  const { record } = await ports.ledger.lockWindow(tx, window);
  if (!record) return reprocessings.end(tx, step, "not-run", NOTHING_CAME);
  await reprocessings.begin(tx, step, "building", step.runs);
  const begun = { ...step, state: "building" } as const;
  await ports.ledger.requestReprocess(tx, window, each.id, each.forced);
  const judged = await ports.judgeWindow(tx, window);
  // Due, even if only when its lease ends, its points are restored or its turn comes. Whatever else holds it back would hold it for ever.
  if (judged.exists && judged.need.kind === "due") return;
  await reprocessings.withdrawRequest(tx, begun);
  const { exists, reason } = await ports.judgeWindow(tx, window);
  const collected = step.runs.length > 0;
  await reprocessings.end(tx, begun, "not-run", exists ? notBuilt(reason, collected) : NOTHING_CAME);
}

const NOTHING_CAME = "nothing was received for it";

/** Why a window is not built. Of one that was collected that is not all: what came is kept, and the build comes when nothing holds it back. */
export function notBuilt(reason: string, collected: boolean): string {
  return collected ? `collected, and not built yet: ${reason}` : reason;
}

export function windowOf({ dataset, start, end }: Window): Window {
  return { dataset, start, end };
}

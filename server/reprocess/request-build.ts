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
  if (!record) return reprocessings.end(tx, step, "not-run", "nothing was received for it");
  await reprocessings.begin(tx, step, "building", step.runs);
  const begun = { ...step, state: "building" } as const;
  await ports.ledger.requestReprocess(tx, window, each.id, each.forced);
  const judged = await ports.judgeWindow(tx, window);
  // Due, even if only when its lease ends, its points are restored or its turn comes. Whatever else holds it back would hold it for ever.
  if (judged.exists && judged.need.kind === "due") return;
  await reprocessings.withdrawRequest(tx, begun);
  const { exists, reason } = await ports.judgeWindow(tx, window);
  await reprocessings.end(tx, begun, "not-run", exists ? reason : "nothing was received for it");
}

export function windowOf({ dataset, start, end }: Window): Window {
  return { dataset, start, end };
}

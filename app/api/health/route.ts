import { apiPorts } from "../../../server/api/ports";
import { whileHeard } from "../../../server/api/while-heard";
import { errorText } from "../../../server/errors";
import { SECOND } from "../../../server/observation/time";
import { SILENT_AFTER } from "../../_shell/worker-silence";

/** @param silentFor µs since the worker was heard */
function workerState(silentFor: number | undefined) {
  if (silentFor === undefined) return { state: "absent", silentSeconds: null };
  const state = silentFor > SILENT_AFTER ? "silent" : "working";
  return { state, silentSeconds: Math.round(silentFor / SECOND) };
}

export const dynamic = "force-dynamic";

/**
 * Whether the pages can answer: 200 when the database does, with whether the worker works (`degraded` when it does not), what may begin now and why the
 * rest may not; 503 with the reason when it does not.
 */
export async function GET(): Promise<Response> {
  const headers = { "Cache-Control": "no-store" };
  try {
    const { views, databaseAnswers } = await apiPorts();
    const { level, reason } = await whileHeard(views.intake(), databaseAnswers);
    const { silentFor } = await views.worker();
    const worker = workerState(silentFor);
    const status = worker.state === "working" ? "ok" : "degraded";
    return Response.json({ status, worker, intake: { level, reason: reason ?? null } }, { headers });
  } catch (error) {
    return Response.json(
      { status: "starting", reason: errorText(error) },
      { status: 503, headers: { ...headers, "Retry-After": "2" } },
    );
  }
}

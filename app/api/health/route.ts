import { apiPorts } from "../../../server/api/ports";
import { whileHeard } from "../../../server/api/while-heard";
import { errorText } from "../../../server/errors";

export const dynamic = "force-dynamic";

/**
 * Whether the pages can answer: 200 when the database does, with what may begin now and why the rest may not; 503 with the reason when it does not.
 */
export async function GET(): Promise<Response> {
  const headers = { "Cache-Control": "no-store" };
  try {
    const { views, databaseAnswers } = await apiPorts();
    const { level, reason } = await whileHeard(views.intake(), databaseAnswers);
    return Response.json({ status: "ok", intake: { level, reason: reason ?? null } }, { headers });
  } catch (error) {
    return Response.json(
      { status: "starting", reason: errorText(error) },
      { status: 503, headers: { ...headers, "Retry-After": "2" } },
    );
  }
}

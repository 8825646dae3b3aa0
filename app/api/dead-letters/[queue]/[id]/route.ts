import { httpStatus } from "../../../../../server/api/error-map";
import { apiPorts } from "../../../../../server/api/ports";
import { LetterKey } from "../../../../../server/dead-letter/model";
import { errorText } from "../../../../../server/errors";

const TEXT = { "Content-Type": "text/plain; charset=utf-8" };

/** The whole message of a letter, to be kept. */
export async function GET(
  _request: Request,
  { params }: { params: Promise<{ queue: string; id: string }> },
): Promise<Response> {
  const { queue, id } = await params;
  const key = LetterKey.safeParse({ queue: decodeURIComponent(queue), id });
  if (!key.success) return new Response("There is no such letter.\n", { status: 404, headers: TEXT });
  try {
    const { verbs } = await apiPorts();
    return new Response(`${JSON.stringify(await verbs.letterBody(key.data), null, 2)}\n`, {
      headers: {
        "Content-Type": "application/json",
        "Content-Disposition": `attachment; filename="${key.data.id}.json"`,
        "Cache-Control": "private, no-cache",
      },
    });
  } catch (error) {
    const status = httpStatus(error);
    const sentence = status === 500 ? "This message could not be read." : errorText(error);
    return new Response(`${sentence}\n`, { status, headers: TEXT });
  }
}

import { apiPorts } from "../../../server/api/ports";
import { errorText } from "../../../server/errors";

/** Proxies cut a silent stream after a minute or less. */
const HEARTBEAT_MS = 15_000;

export const dynamic = "force-dynamic";

/** What changed, as server-sent events (WHATWG HTML 9.2) whose data is a `Change`. Hints only: who is told asks again. */
export async function GET(request: Request): Promise<Response> {
  const ports = await apiPorts().catch((error: unknown) => errorText(error));
  if (typeof ports === "string") return new Response(ports, { status: 503, headers: { "Retry-After": "2" } });
  const encoder = new TextEncoder();
  let stop: () => void = () => undefined;
  const stream = new ReadableStream<Uint8Array>({
    async start(controller) {
      let open = true;
      const send = (text: string) => {
        if (open) controller.enqueue(encoder.encode(text));
      };
      const heartbeat = setInterval(() => send(": still here\n\n"), HEARTBEAT_MS);
      const unlisten = ports.changes.listen((change) => send(`data: ${JSON.stringify(change)}\n\n`));
      stop = () => {
        if (!open) return;
        open = false;
        clearInterval(heartbeat);
        unlisten.then((end) => end()).catch(() => undefined);
        // The other side may have closed it already.
        try {
          controller.close();
        } catch {}
      };
      request.signal.addEventListener("abort", () => stop(), { once: true });
      if (request.signal.aborted) return stop();
      send("retry: 2000\n\n");
      await unlisten.catch(() => stop());
    },
    cancel: () => stop(),
  });
  return new Response(stream, {
    headers: {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-cache, no-transform",
      "X-Accel-Buffering": "no",
    },
  });
}

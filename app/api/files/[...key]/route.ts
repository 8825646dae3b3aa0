import { download } from "../../../../server/api/download";
import { httpStatus } from "../../../../server/api/error-map";
import { apiPorts } from "../../../../server/api/ports";
import { errorText } from "../../../../server/errors";

/** Downloads a file of the store by its key. */
async function handle(
  request: Request,
  { params }: { params: Promise<{ key: string[] }> },
): Promise<Response> {
  try {
    const { key } = await params;
    const { files, views } = await apiPorts();
    return await download(key.map(decodeURIComponent), request, files, views);
  } catch (error) {
    const status = httpStatus(error);
    const sentence =
      status === 500 ? "This file could not be read; the log of the web says why." : errorText(error);
    if (status === 500)
      process.stdout.write(
        `${JSON.stringify({ level: "error", message: "a download failed", error: errorText(error) })}\n`,
      );
    return new Response(`${sentence}\n`, {
      status,
      headers: { "Content-Type": "text/plain; charset=utf-8" },
    });
  }
}

export { handle as GET, handle as HEAD };

import { httpStatus } from "../../../../../server/api/error-map";
import { apiPorts } from "../../../../../server/api/ports";
import { FileListForm, fileList, listRange } from "../../../../../server/dataset/files-of-range";
import { errorText, Invalid } from "../../../../../server/errors";
import { parseInstant } from "../../../../../server/observation/time";

const TEXT = { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "private, no-cache" };

/** The current files of a range of a dataset, a line each: `?from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z&as=addresses` or `&as=checksums`. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ name: string }> },
): Promise<Response> {
  try {
    const name = decodeURIComponent((await params).name);
    const { searchParams, origin } = new URL(request.url);
    const form = FileListForm.safeParse(searchParams.get("as") ?? "addresses");
    if (!form.success) throw new Invalid("as is addresses or checksums");
    const at = (key: string) => parseInstant(searchParams.get(key) ?? "");
    const range = listRange(at("from"), at("to"));
    const { views, datasetFiles } = await apiPorts();
    await views.dataset(name);
    const host = request.headers.get("host");
    const address = host === null ? origin : `${new URL(request.url).protocol}//${host}`;
    const lines = fileList(name, range, form.data, address, datasetFiles);
    return new Response(streamed(lines), { headers: TEXT });
  } catch (error) {
    const status = httpStatus(error);
    const sentence =
      status === 500 ? "The list could not be made; the log of the web says why." : errorText(error);
    return new Response(`${sentence}\n`, { status, headers: TEXT });
  }
}

/** As fast as it is taken. */
function streamed(lines: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await lines.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: async () => {
      await lines.return(undefined);
    },
  });
}

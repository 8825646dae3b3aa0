import { formatInstant } from "../observation/time";
import type { Files, OpenFile } from "../ports/files";
import type { Views } from "../ports/views";
import { type ByteRange, byteRange } from "./byte-range";
import { httpStatus } from "./error-map";

const CHUNK = 256 * 1024;

/** Products only: raw payloads and points hold what datasets declare personal. */
const OFFERED = ["datasets", "projections"];

/** Data and its manifests. Settings written for other programs lie beside them (pygeoapi's keeps keys of a person's, which may be passwords). */
const PRODUCT = /\.(parquet|geoparquet|json|odb|bufr|nc|csv)$/;

/** Whether a key may be downloaded: plain names of products below a folder of products. The store refuses `..` too; none gets there. */
export function isOffered(segments: readonly string[]): boolean {
  const [folder = ""] = segments;
  const plain = segments.every((segment) => /^[A-Za-z0-9_][A-Za-z0-9._=@+-]*$/.test(segment));
  return plain && segments.length > 1 && OFFERED.includes(folder) && PRODUCT.test(segments.at(-1) ?? "");
}

/** Answers a GET or HEAD of a stored file, with ranges (RFC 9110, 14). */
export async function download(
  segments: readonly string[],
  request: Request,
  files: Pick<Files, "open">,
  views: Pick<Views, "removedFile">,
): Promise<Response> {
  const key = segments.join("/");
  if (!isOffered(segments)) return missing();
  let file: OpenFile;
  try {
    file = await files.open(key);
  } catch (error) {
    if (httpStatus(error) !== 404) throw error;
    const removed = await views.removedFile(key);
    return removed ? gone(removed) : missing();
  }
  const range = byteRange(request.headers.get("range"), file.byteLength);
  if (range === "unsatisfiable") {
    await file.close();
    return new Response(null, { status: 416, headers: { "Content-Range": `bytes */${file.byteLength}` } });
  }
  const { start, end } = range ?? { start: 0, end: file.byteLength };
  const headers = new Headers({
    "Content-Type": mediaType(key),
    "Content-Length": String(end - start),
    "Content-Disposition": `attachment; filename="${segments.at(-1) ?? "file"}"`,
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, no-cache",
  });
  if (range) headers.set("Content-Range", `bytes ${start}-${end - 1}/${file.byteLength}`);
  if (request.method === "HEAD") {
    await file.close();
    return new Response(null, { status: range ? 206 : 200, headers });
  }
  return new Response(bytesOf(file, { start, end }), { status: range ? 206 : 200, headers });
}

/** Reads as fast as it is taken, and closes the file at the end or when nobody wants more. */
function bytesOf(file: OpenFile, { start, end }: ByteRange): ReadableStream<Uint8Array> {
  let at = start;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (at >= end) {
        await file.close();
        return controller.close();
      }
      const to = Math.min(at + CHUNK, end);
      controller.enqueue(await file.slice(at, to));
      at = to;
    },
    cancel: () => file.close(),
  });
}

function mediaType(key: string): string {
  if (key.endsWith(".parquet") || key.endsWith(".geoparquet")) return "application/vnd.apache.parquet";
  if (key.endsWith(".json")) return "application/json";
  return "application/octet-stream";
}

/** It was there and will not come back under this address (RFC 9110, 15.5.11). */
function gone({ revision, removedAt }: NonNullable<Awaited<ReturnType<Views["removedFile"]>>>): Response {
  return new Response(
    `The file of revision ${revision} is gone by retention since ${formatInstant(removedAt)}; its window has a newer revision.\n`,
    { status: 410, headers: { "Content-Type": "text/plain; charset=utf-8" } },
  );
}

function missing(): Response {
  return new Response(
    "There is no such file. It may have been replaced by a newer revision: look at its window again.\n",
    {
      status: 404,
      headers: { "Content-Type": "text/plain; charset=utf-8" },
    },
  );
}

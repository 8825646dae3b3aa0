/** How a request to the pages' API ended. */
export type Answer =
  | { readonly kind: "ok"; readonly data: unknown }
  /** The product answered that it will not, or cannot now, in words. */
  | { readonly kind: "refused"; readonly code: string; readonly status: number; readonly words: string }
  /** Nobody answered. */
  | { readonly kind: "silent"; readonly why: string };

const PATIENCE_MS = 20_000;

/** Asks a tRPC procedure as the browser does: queries by GET, mutations by POST. */
export async function call(
  address: string,
  procedure: string,
  input: unknown,
  how: "query" | "mutation",
  signal: AbortSignal,
): Promise<Answer> {
  const url = `${address}/api/trpc/${procedure}`;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const question = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  const post = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(input),
  };
  try {
    const response =
      how === "query"
        ? await fetch(url + question, { signal: limit })
        : await fetch(url, { ...post, signal: limit });
    const text = await response.text();
    return read(response.status, text);
  } catch (error) {
    return { kind: "silent", why: causeOf(error) };
  }
}

function read(status: number, text: string): Answer {
  try {
    const body = JSON.parse(text);
    if (body.result !== undefined) return { kind: "ok", data: body.result.data };
    const { message, data } = body.error;
    return { kind: "refused", code: String(data?.code), status, words: String(message) };
  } catch {
    return { kind: "refused", code: "", status, words: text.slice(0, 300) };
  }
}

/** What kept a request from being answered: the system's word for it. */
export function causeOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? (name === "TimeoutError" ? "no answer in time" : message);
}

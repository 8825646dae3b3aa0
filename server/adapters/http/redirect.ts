import { Denied, Transient } from "../../errors";
import type { HttpRequest } from "../../ports/http";

/** Statuses that ask for the same thing elsewhere (RFC 9110 15.4). */
const ELSEWHERE: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** What another origin may be told: never a key. */
const HARMLESS: ReadonlySet<string> = new Set(["accept", "user-agent"]);

/**
 * Where an answer sends a request, or undefined when it is an answer for itself. To another origin go neither the caller's headers, among
 * which the key is, nor a body; and none of them comes back when the next redirect leads home.
 * @param location the Location header, absolute or relative to the request's address
 * @throws Denied for an address that is not of the web, and for a body that another origin would get; Transient for one that cannot be read
 */
export function redirected(
  request: HttpRequest,
  status: number,
  location: string | null,
): HttpRequest | undefined {
  if (!ELSEWHERE.has(status) || location === null) return undefined;
  const from = new URL(request.url);
  if (!URL.canParse(location, from))
    throw new Transient(`${nameOf(request)}: is redirected to what is no address`, { check: "path" });
  const to = new URL(location, from);
  if (to.protocol !== "http:" && to.protocol !== "https:")
    throw new Denied(`${nameOf(request)}: is redirected to ${to.protocol}, which is not of the web`, {
      check: "path",
    });
  to.username = "";
  to.password = "";
  const next = becomesGet(request, status) ? withoutBody(request) : request;
  if (to.origin === from.origin) return { ...next, url: to.href };
  if (next.body !== undefined)
    throw new Denied(
      `${nameOf(request)}: is redirected to ${to.origin}, which does not get what was sent; if it is to be trusted, ask it by that address`,
      { check: "path" },
    );
  return { ...next, url: to.href, headers: headersThat(next, (name) => HARMLESS.has(name)) };
}

/** As browsers do: See Other always, and a moved POST (RFC 9110 15.4.2, 15.4.3, 15.4.4). */
function becomesGet({ method }: HttpRequest, status: number): boolean {
  return (status === 303 && method !== "HEAD") || ((status === 301 || status === 302) && method === "POST");
}

function withoutBody({ body: _, ...request }: HttpRequest): HttpRequest {
  return { ...request, method: "GET", headers: headersThat(request, (name) => !name.startsWith("content-")) };
}

function headersThat(
  request: HttpRequest,
  stays: (name: string) => boolean,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(request.headers ?? {}).filter(([name]) => stays(name.toLowerCase())),
  );
}

/** A request in words, without its query: keys and passwords stand there. */
export function nameOf(request: HttpRequest): string {
  const [plain] = request.url.replace(/\/\/[^/@]*@/, "//").split("?");
  return `${request.method ?? "GET"} ${plain}`;
}

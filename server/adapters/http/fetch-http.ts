import { contactProblem } from "../../contact";
import { Invalid, IonbeamError, Transient } from "../../errors";
import { checkOfStatus } from "../../health/judge-status";
import type { Clock } from "../../ports/clock";
import type { Http, HttpRequest, HttpResponse } from "../../ports/http";
import { checkOfNoAnswer, noAnswer } from "./no-answer";
import { nameOf, redirected } from "./redirect";
import { retryAfterMs } from "./retry-after";

/** Whom to write to where the operator has not said: the program's home. */
const DEFAULT_CONTACT = "https://github.com/ecmwf";

/**
 * Services block anonymous clients: every request says who asks and where to complain (RFC 9110 10.1.5).
 * @param contact address or URL of the operator. @throws Invalid when it cannot stand in a header's comment.
 */
export function userAgent(contact: string = DEFAULT_CONTACT): string {
  const problem = contactProblem(contact);
  if (problem !== undefined) throw new Invalid(`The contact ${JSON.stringify(contact)} ${problem}.`);
  return `Ionbeam/0.1 (+${contact})`;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_ATTEMPTS = 4;
const FIRST_BACK_OFF_MS = 500;
/** A Retry-After longer than this is not slept through: the run is given back and tried again later. */
const LONGEST_WAIT_MS = 60_000;
const MOST_REDIRECTS = 5;

/** Statuses that may be different next time (RFC 9110 15.5.9, RFC 8470 5.2, RFC 6585 4, RFC 9110 15.6). */
function isPassing(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

/**
 * HTTP by the global `fetch`: one time-out per attempt (headers and body together), doubling back-off that honours Retry-After,
 * an identifying User-Agent, redirects followed (see redirect.ts). The body is read whole before an answer is given, so a connection that breaks
 * half-way is retried too.
 */
export class FetchHttp implements Http {
  private readonly agent: string;

  constructor(
    private readonly clock: Clock,
    contact?: string,
  ) {
    this.agent = userAgent(contact);
  }

  async fetch(request: HttpRequest): Promise<HttpResponse> {
    const attempts = Math.max(1, request.attempts ?? DEFAULT_ATTEMPTS);
    let last = new Transient(`${nameOf(request)}: not asked`);
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (attempt > 0) {
        const wait = Math.max(FIRST_BACK_OFF_MS * 2 ** (attempt - 1), last.retryAfterMs ?? 0);
        if (wait > LONGEST_WAIT_MS) break;
        await this.clock.sleep(wait, request.signal);
      }
      if (request.signal?.aborted) throw stopped(request);
      const outcome = await this.once(request);
      if (!(outcome instanceof Transient)) return outcome;
      last = outcome;
    }
    throw last;
  }

  private async once(request: HttpRequest): Promise<HttpResponse | Transient> {
    const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const limit = AbortSignal.timeout(timeoutMs);
    const signal = request.signal ? AbortSignal.any([request.signal, limit]) : limit;
    try {
      const response = await this.follow(request, signal);
      if (isPassing(response.status)) {
        await dismiss(response);
        const wait = retryAfterMs(response.headers.get("retry-after"), this.clock.now());
        return new Transient(`${nameOf(request)}: answered ${response.status}`, {
          check: checkOfStatus(response.status),
          ...(wait === undefined ? {} : { retryAfterMs: wait }),
        });
      }
      return answer(response, new Uint8Array(await response.arrayBuffer()));
    } catch (error) {
      if (error instanceof IonbeamError) throw error;
      if (request.signal?.aborted) throw stopped(request, error);
      if (limit.aborted)
        return new Transient(`${nameOf(request)}: no answer within ${timeoutMs} ms`, {
          cause: error,
          check: "protocol",
        });
      const check = checkOfNoAnswer(error, request.url);
      return new Transient(nameOf(request) + noAnswer(error, request.url), { cause: error, check });
    }
  }

  /** Not left to `fetch`, which drops of a request's headers only those that it knows, and so takes a key along to a stranger. */
  private async follow(request: HttpRequest, signal: AbortSignal): Promise<Response> {
    let asked = request;
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
      const response = await fetch(asked.url, {
        method: asked.method ?? "GET",
        headers: { "user-agent": this.agent, ...asked.headers },
        redirect: "manual",
        signal,
        ...(asked.body === undefined ? {} : { body: asked.body }),
      });
      const next = redirected(asked, response.status, response.headers.get("location"));
      if (next === undefined) return response;
      await dismiss(response);
      asked = next;
    }
    throw new Transient(
      `${nameOf(request)}: redirects go round or never end; after ${MOST_REDIRECTS} the next was to ${nameOf(asked)}`,
      { check: "path" },
    );
  }
}

/** Lets the connection go without reading on. */
async function dismiss(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

function answer(response: Response, body: Uint8Array): HttpResponse {
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text: async () => new TextDecoder().decode(body),
    bytes: async () => body,
  };
}

function stopped(request: HttpRequest, cause?: unknown): Transient {
  return new Transient(`${nameOf(request)}: stopped before it was answered`, { cause });
}

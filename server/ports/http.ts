export interface HttpRequest {
  readonly url: string;
  readonly method?: "GET" | "POST" | "HEAD";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs?: number;
  /** Attempts in all on `Transient` outcomes (network, 408, 425, 429, 5xx); default 4, back-off doubling from 500 ms, honouring Retry-After. */
  readonly attempts?: number;
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  text(): Promise<string>;
  bytes(): Promise<Uint8Array>;
}

/**
 * The only place for time-outs, retries, back-off, redirects and the identifying User-Agent. Any status that is not worth a retry is returned,
 * not thrown: what a 404 means is the source's business. Redirects are followed, at most 5; to another origin (scheme, host and port) go of the
 * request's headers only Accept and User-Agent, so that a key stays where it belongs.
 * @throws Transient after the last attempt, and for redirects that go round; Denied for a redirect to what is not http or https, or that would
 * take a body to another origin
 */
export interface Http {
  fetch(request: HttpRequest): Promise<HttpResponse>;
}

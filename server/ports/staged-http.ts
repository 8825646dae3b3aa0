import type { Check, Checked } from "../health/model";

export interface StagedRequest {
  /** Of http or https. */
  readonly url: string;
  readonly method?: "GET" | "POST" | "HEAD";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For all of it, redirects included. */
  readonly timeoutMs: number;
  /** So much of the body is read, bytes; what follows is left. */
  readonly mostBytes: number;
  /** Whether redirects are followed as `Http` does; else a redirect is the answer. */
  readonly follow: boolean;
  readonly signal?: AbortSignal;
}

/** How far a request came: each check that it passed, that which failed, and the answer where one came. */
export interface StagedAnswer {
  readonly checks: readonly Checked[];
  readonly failed: { readonly check: Check; readonly why: string } | undefined;
  readonly answer:
    | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly text: string }
    | undefined;
}

/**
 * One request, never tried again, that tells how far it came: name resolution, connection, TLS, an answer in HTTP. It does not throw for what goes wrong on
 * the way; what the answer's status means is for `judgeStatus`.
 */
export interface StagedHttp {
  ask(request: StagedRequest): Promise<StagedAnswer>;
}

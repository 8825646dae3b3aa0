import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import { isIP } from "node:net";
import { errorText, IonbeamError } from "../../errors";
import type { Check, Checked, CheckState } from "../../health/model";
import type { StagedAnswer, StagedHttp, StagedRequest } from "../../ports/staged-http";
import { checkOfCode, codeOf } from "./check-of-code";
import { userAgent } from "./fetch-http";
import { redirected } from "./redirect";

const MOST_REDIRECTS = 5;

/** What codes of the system and of TLS mean, for people. */
const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the name cannot be looked up now",
  ECONNREFUSED: "the connection was refused: nothing listens there",
  EHOSTUNREACH: "there is no way to the host",
  ENETUNREACH: "there is no way to its network",
  ETIMEDOUT: "no connection in time",
  ECONNRESET: "the connection was broken off",
  EPIPE: "the connection was broken off",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the certificate is signed by nobody but itself",
  SELF_SIGNED_CERT_IN_CHAIN: "a certificate of the chain is signed by nobody but itself",
  CERT_HAS_EXPIRED: "the certificate has expired",
  CERT_NOT_YET_VALID: "the certificate is not valid yet: look at this machine's clock",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the certificate's issuer is not known here",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the certificate's issuer is not known here",
  ERR_TLS_CERT_ALTNAME_INVALID: "the certificate is for another name",
  EPROTO: "what listens there does not speak TLS",
};

/** One request by Node's own client, whose socket tells how far it came. */
export class NodeStagedHttp implements StagedHttp {
  private readonly agent: string;

  constructor(contact?: string) {
    this.agent = userAgent(contact);
  }

  async ask(request: StagedRequest): Promise<StagedAnswer> {
    const until = performance.now() + request.timeoutMs;
    let asked = request;
    for (let redirects = 0; ; redirects += 1) {
      const timeoutMs = Math.max(1, until - performance.now());
      const came = await new Attempt({ ...asked, timeoutMs }, this.agent).run();
      if (!request.follow || !came.answer) return came;
      const { status, headers } = came.answer;
      try {
        const next = redirected(asked, status, headers.location ?? null);
        if (next === undefined) return came;
        if (redirects === MOST_REDIRECTS) return failedAt(came, "path", "redirects go round or never end");
        asked = { ...asked, ...next };
      } catch (error) {
        if (error instanceof IonbeamError) return failedAt(came, "path", errorText(error));
        throw error;
      }
    }
  }
}

function failedAt(came: StagedAnswer, check: Check, why: string): StagedAnswer {
  const checks: Checked[] = [...came.checks, { check, state: "failed" }];
  return { checks, failed: { check, why }, answer: undefined };
}

/** One request to one address, and how far it came. */
class Attempt {
  private readonly url: URL;
  private readonly passed = new Map<Check, CheckState>();

  constructor(
    private readonly request: StagedRequest,
    private readonly agent: string,
  ) {
    this.url = new URL(request.url);
    if (isIP(this.url.hostname.replace(/^\[|\]$/g, "")) !== 0)
      this.passed.set("name resolution", "not applicable");
  }

  private get checks(): Checked[] {
    return [...this.passed].map(([check, state]) => ({ check, state }));
  }

  async run(): Promise<StagedAnswer> {
    const { timeoutMs, signal } = this.request;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), timeoutMs);
    try {
      const answer = await this.answered(signal ? AbortSignal.any([limit.signal, signal]) : limit.signal);
      this.passed.set("protocol", "passed");
      return { checks: this.checks, failed: undefined, answer };
    } catch (error) {
      const check = this.failing(error);
      this.passed.set(check, "failed");
      const why = signal?.aborted
        ? "it was stopped before it was answered"
        : limit.signal.aborted
          ? `nothing came within ${Math.round(timeoutMs / 1000)} s`
          : wordsOf(error);
      return { checks: this.checks, failed: { check, why }, answer: undefined };
    } finally {
      clearTimeout(timer);
    }
  }

  private async answered(signal: AbortSignal): Promise<NonNullable<StagedAnswer["answer"]>> {
    const { method = "GET", headers, body } = this.request;
    const ask = this.url.protocol === "https:" ? overHttps : overHttp;
    const asking = ask(this.url, {
      method,
      // A connection of its own: one that stands already would tell nothing of how it came about.
      agent: false,
      signal,
      headers: {
        "user-agent": this.agent,
        ...headers,
        ...(body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }),
      },
    });
    this.follow(asking);
    asking.end(body);
    try {
      const [response] = (await once(asking, "response")) as [IncomingMessage];
      return {
        status: response.statusCode ?? 0,
        headers: Object.fromEntries(
          Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
        ),
        text: await readUpTo(response, this.request.mostBytes),
      };
    } finally {
      asking.destroy();
      asking.socket?.destroy();
    }
  }

  private follow(asking: ClientRequest): void {
    // What comes after the answer was read, or given up, is nobody's.
    asking.on("error", () => undefined);
    asking.once("socket", (socket) => {
      socket.once("lookup", (error: Error | null) => {
        if (!error && !this.passed.has("name resolution")) this.passed.set("name resolution", "passed");
      });
      socket.once("connect", () => {
        this.passed.set("connection", "passed");
        if (this.url.protocol !== "https:") this.passed.set("TLS", "not applicable");
      });
      socket.once("secureConnect", () => this.passed.set("TLS", "passed"));
    });
  }

  /** Known from the error's code; else it is what was under way. */
  private failing(error: unknown): Check {
    const told = checkOfCode(codeOf(error));
    if (told !== undefined && !(told === "connection" && this.passed.has("connection"))) return told;
    for (const check of ["name resolution", "connection", "TLS"] as const)
      if (!this.passed.has(check)) return check;
    return "protocol";
  }
}

/** A body as text, as far as `mostBytes`. @throws Error when it breaks off before */
async function readUpTo(response: IncomingMessage, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= mostBytes) break;
  }
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, mostBytes));
}

function wordsOf(error: unknown): string {
  const code = codeOf(error);
  const known = code === undefined ? undefined : WORDS[code];
  if (known !== undefined) return known;
  const text = errorText(error);
  return code === undefined || text.includes(code) ? text : `${text} (${code})`;
}

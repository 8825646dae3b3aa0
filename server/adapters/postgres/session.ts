import net from "node:net";
import type { Duplex } from "node:stream";
import type pg from "pg";

/** A peer that is gone without a word (a firewall, a host that lost its power) is found out in half a minute, not in the two hours of the system. */
export const KEPT_ALIVE = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const;

/** How long PostgreSQL may take to answer a new session; for a pool also how long a statement waits for one of its sessions. */
const CONNECT_WITHIN_MS = 30_000;
/** No statement of ours takes as long without a byte; a transaction is given up by Prisma after the same time. */
const ANSWER_WITHIN_MS = 120_000;

/** The socket of a session, which the pool's types do not name. */
type OverSocket = {
  readonly connection?: { readonly stream?: Duplex & { setTimeout?(ms: number): unknown } };
};

/**
 * Options of a pool that loses sessions without harm. A session may end between two statements of a transaction, when nobody listens to it: without a
 * listener that ends the process. A session whose other end is gone while a statement waits would wait for as long as TCP sends again, a quarter of an hour.
 * The socket watches itself too, since `onConnect` is told of a pool's sessions only: BullMQ listens on one of its own, made of the same options.
 * @param answerWithinMs how long a session may be without a byte in either direction; shorter in tests
 */
export function lossyPool(answerWithinMs = ANSWER_WITHIN_MS) {
  return {
    ...KEPT_ALIVE,
    stream: () => new WatchedSocket(answerWithinMs),
    connectionTimeoutMillis: Math.min(CONNECT_WITHIN_MS, answerWithinMs),
    onConnect(client: pg.ClientBase) {
      client.on("error", () => undefined);
      const stream = (client as OverSocket).connection?.stream;
      stream?.setTimeout?.(answerWithinMs);
      stream?.on("timeout", () => stream.destroy(new Silence(answerWithinMs)));
    },
  } satisfies pg.PoolConfig;
}

/** Looked at so many times while an answer is owed. */
const LOOKS = 4;
/** PostgreSQL's whole answer to a request for TLS that it grants (Protocol, SSL Session Encryption). */
const TLS_GRANTED = 0x53;

/**
 * A socket that ends itself when something was sent and no byte has come since for so long. One that has its answer, as a listener has, may be silent for
 * ever. It watches from the first answer on, which the start of a session waits for by itself. Under TLS its bytes are not read through here, so there it
 * does not watch: sessions of a pool are watched by `onConnect` all the same, and a listener is found out by TCP.
 */
class WatchedSocket extends net.Socket {
  private answered = 0;
  private owedSince: number | undefined;
  private watching: "not yet" | "yes" | "never" = "not yet";

  constructor(private readonly answerWithinMs: number) {
    super();
  }

  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    this.answered = this.bytesWritten;
    this.owedSince = undefined;
    if (this.watching === "not yet" && Buffer.isBuffer(chunk)) this.begin(chunk);
    return super.push(chunk, encoding);
  }

  private begin(first: Buffer): void {
    this.watching = first.length === 1 && first[0] === TLS_GRANTED ? "never" : "yes";
    if (this.watching === "never") return;
    const timer = setInterval(() => this.look(), this.answerWithinMs / LOOKS).unref();
    this.on("close", () => clearInterval(timer));
  }

  private look(): void {
    if (this.bytesWritten <= this.answered) return;
    this.owedSince ??= performance.now();
    if (performance.now() - this.owedSince >= this.answerWithinMs)
      this.destroy(new Silence(this.answerWithinMs));
  }
}

/** Named as the system names it, so that every layer above takes it for a connection that is lost. */
class Silence extends Error {
  readonly code = "ETIMEDOUT";
  constructor(afterMs: number) {
    super(`Connection terminated: PostgreSQL was silent for ${afterMs} ms`);
  }
}

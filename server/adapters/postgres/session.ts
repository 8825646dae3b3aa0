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

/**
 * A socket that ends itself when something was sent and no byte has come since for so long. One that has its answer, as a listener has, may be silent for
 * ever. Under TLS its bytes do not come through here: there such a listener is found out by TCP.
 */
class WatchedSocket extends net.Socket {
  private answered = 0;
  private owedSince: number | undefined;

  constructor(answerWithinMs: number) {
    super();
    const timer = setInterval(() => {
      if (this.bytesWritten <= this.answered) return;
      this.owedSince ??= performance.now();
      if (performance.now() - this.owedSince >= answerWithinMs) this.destroy(new Silence(answerWithinMs));
    }, answerWithinMs / LOOKS).unref();
    this.on("close", () => clearInterval(timer));
  }

  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    this.answered = this.bytesWritten;
    this.owedSince = undefined;
    return super.push(chunk, encoding);
  }
}

/** Named as the system names it, so that every layer above takes it for a connection that is lost. */
class Silence extends Error {
  readonly code = "ETIMEDOUT";
  constructor(afterMs: number) {
    super(`Connection terminated: PostgreSQL was silent for ${afterMs} ms`);
  }
}

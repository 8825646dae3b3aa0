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
 * @param answerWithinMs how long a session may be without a byte in either direction; shorter in tests
 */
export function lossyPool(answerWithinMs = ANSWER_WITHIN_MS) {
  return {
    ...KEPT_ALIVE,
    connectionTimeoutMillis: Math.min(CONNECT_WITHIN_MS, answerWithinMs),
    onConnect(client: pg.ClientBase) {
      client.on("error", () => undefined);
      const stream = (client as OverSocket).connection?.stream;
      stream?.setTimeout?.(answerWithinMs);
      stream?.on("timeout", () => stream.destroy(new Silence(answerWithinMs)));
    },
  } satisfies pg.PoolConfig;
}

/** Named as the system names it, so that every layer above takes it for a connection that is lost. */
class Silence extends Error {
  readonly code = "ETIMEDOUT";
  constructor(afterMs: number) {
    super(`Connection terminated: PostgreSQL was silent for ${afterMs} ms`);
  }
}

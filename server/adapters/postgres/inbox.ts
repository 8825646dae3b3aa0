import { Conflict } from "../../errors";
import type { IncomingMessage } from "../../message";
import type { Micros } from "../../observation/time";
import type { Accepted, DeadLetter, Inbox, InboxEntry } from "../../ports/inbox";
import type { Tx } from "../../ports/transactions";
import { type Database, timestamp, us } from "./database";

type Key = Pick<InboxEntry, "queue" | "id" | "fence">;

const OPEN = "settled_at IS NULL AND dead_at IS NULL";
const FREE =
  "(lease_until IS NULL OR lease_until <= clock_timestamp()) AND (retry_at IS NULL OR retry_at <= clock_timestamp())";

/** The inbox in PostgreSQL. Fences and leases use the database's clock. */
export class PostgresInbox implements Inbox {
  constructor(private readonly db: Database) {}

  async accept(message: IncomingMessage): Promise<Accepted> {
    const inserted = await this.db.execute(
      undefined,
      `INSERT INTO inbox (queue, id, body, lane) VALUES ($1, $2::uuid, $3::jsonb, $4) ON CONFLICT (queue, id) DO NOTHING`,
      message.queue,
      message.id,
      JSON.stringify(message.body),
      message.lane,
    );
    if (inserted > 0) {
      await this.db.notify(undefined, { noun: "inbox", key: message.queue });
      return "new";
    }
    const [row] = await this.db.rows<{ settled: boolean }>(
      undefined,
      `SELECT settled_at IS NOT NULL AS settled FROM inbox WHERE queue = $1 AND id = $2::uuid`,
      message.queue,
      message.id,
    );
    return row?.settled ? "settled" : "repeat";
  }

  async begin(queue: string, id: string, leaseMs: number): Promise<InboxEntry | undefined> {
    const [row] = await this.db.rows<InboxEntry>(
      undefined,
      `UPDATE inbox SET fence = fence + 1, attempts = attempts + 1, crashes = crashes + 1, lease_until = clock_timestamp() + $3 * interval '1 millisecond'
       WHERE queue = $1 AND id = $2::uuid AND ${OPEN} AND ${FREE}
       RETURNING queue, id::text, body, lane, attempts - 1 AS attempt, crashes - 1 AS crashes, fence, ${us("received_at")} AS "receivedAt"`,
      queue,
      id,
      leaseMs,
    );
    return row;
  }

  async renew(queue: string, id: string, fence: number, leaseMs: number): Promise<boolean> {
    const changed = await this.db.execute(
      undefined,
      `UPDATE inbox SET lease_until = clock_timestamp() + $4 * interval '1 millisecond'
       WHERE queue = $1 AND id = $2::uuid AND fence = $3::bigint AND ${OPEN}`,
      queue,
      id,
      fence,
      leaseMs,
    );
    return changed > 0;
  }

  async settle(tx: Tx, entry: Key): Promise<void> {
    const changed = await this.db.execute(
      tx,
      `UPDATE inbox SET settled_at = clock_timestamp(), lease_until = NULL, error = NULL
       WHERE queue = $1 AND id = $2::uuid AND fence = $3::bigint AND ${OPEN}`,
      entry.queue,
      entry.id,
      entry.fence,
    );
    if (changed === 0)
      throw new Conflict(`message ${entry.id} of ${entry.queue} is worked on by somebody else`);
  }

  async release(entry: Key, error: string, retryAt: Micros): Promise<void> {
    await this.db.execute(
      undefined,
      `UPDATE inbox SET lease_until = NULL, crashes = 0, error = $4, retry_at = ${timestamp("$5")}
       WHERE queue = $1 AND id = $2::uuid AND fence = $3::bigint AND ${OPEN}`,
      entry.queue,
      entry.id,
      entry.fence,
      error,
      retryAt,
    );
  }

  async bury(entry: Key, reason: string): Promise<void> {
    await this.db.run(async (tx) => {
      await this.db.execute(
        tx,
        `UPDATE inbox SET dead_at = clock_timestamp(), dead_reason = $4, lease_until = NULL
         WHERE queue = $1 AND id = $2::uuid AND fence = $3::bigint AND ${OPEN}`,
        entry.queue,
        entry.id,
        entry.fence,
        reason,
      );
      await this.db.notify(tx, { noun: "dead-letter", key: entry.queue });
    });
  }

  async ready(limit: number): Promise<readonly { queue: string; id: string; lane: "live" | "backfill" }[]> {
    return this.db.rows(
      undefined,
      `SELECT queue, id::text, lane FROM inbox WHERE ${OPEN} AND ${FREE} ORDER BY lane DESC, received_at LIMIT $1`,
      limit,
    );
  }

  async deadLetters(limit: number, offset: number): Promise<readonly DeadLetter[]> {
    return this.db.rows(
      undefined,
      `SELECT queue, id::text, body, dead_reason AS reason, attempts, ${us("received_at")} AS "receivedAt", ${us("dead_at")} AS "deadAt"
       FROM inbox WHERE dead_at IS NOT NULL ORDER BY dead_at DESC LIMIT $1 OFFSET $2`,
      limit,
      offset,
    );
  }

  async replay(keys: readonly { queue: string; id: string }[]): Promise<number> {
    return this.db.run(async (tx) => {
      const changed = await this.db.execute(
        tx,
        `UPDATE inbox SET dead_at = NULL, dead_reason = NULL, attempts = 0, crashes = 0, retry_at = NULL, lease_until = NULL
         FROM unnest($1::text[], $2::text[]) AS k(q, i)
         WHERE queue = k.q AND id = k.i::uuid AND dead_at IS NOT NULL AND settled_at IS NULL`,
        keys.map((key) => key.queue),
        keys.map((key) => key.id),
      );
      await this.db.notify(tx, { noun: "dead-letter" });
      await this.db.notify(tx, { noun: "inbox" });
      return changed;
    });
  }
}

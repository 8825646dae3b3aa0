import type { LetterClass } from "../../dead-letter/model";
import { Conflict } from "../../errors";
import type { IncomingMessage } from "../../message";
import type { Micros } from "../../observation/time";
import {
  type Accepted,
  type DeadLetter,
  type Inbox,
  type InboxEntry,
  isSourceQueue,
  SOURCE_QUEUES,
} from "../../ports/inbox";
import type { Tx } from "../../ports/transactions";
import { type Database, timestamp, us } from "./database";
import { storable } from "./storable";

type Key = Pick<InboxEntry, "queue" | "id" | "fence">;

const OPEN = "settled_at IS NULL AND dead_at IS NULL";
/** Nobody waits longer than an hour: a retry further away was written before the clock went back, and is due. */
const FREE = `(lease_until IS NULL OR lease_until <= clock_timestamp())
  AND (retry_at IS NULL OR retry_at <= clock_timestamp() OR retry_at > clock_timestamp() + interval '65 minutes')`;
const OF_SOURCE = `starts_with(queue, '${SOURCE_QUEUES}')`;

/** Every message that may begin. Reads what is open, by the partial index on it; never what was settled. */
const READY = `
  WITH open AS MATERIALIZED (SELECT queue, id, lane, received_at, retry_at, lease_until, ${OF_SOURCE} AS of_source FROM inbox WHERE ${OPEN}),
    free AS (SELECT * FROM open WHERE ${FREE}),
    held AS (SELECT queue FROM open WHERE of_source AND lease_until > clock_timestamp())
  SELECT queue, id::text, lane FROM (
    (SELECT queue, id, lane, received_at FROM free WHERE NOT of_source ORDER BY lane DESC, received_at LIMIT $1)
    UNION ALL
    (SELECT DISTINCT ON (queue) queue, id, lane, received_at FROM free WHERE of_source AND queue NOT IN (SELECT queue FROM held)
     ORDER BY queue, lane DESC, greatest(received_at, retry_at), id)) AS ready
  ORDER BY lane DESC, received_at`;

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
    if (!isSourceQueue(queue)) return this.take(undefined, queue, id, leaseMs, FREE);
    return this.db.run(async (tx) => {
      // Two that begin at once must not both find the queue free.
      await this.db.rows(
        tx,
        `SELECT pg_advisory_xact_lock(hashtextextended('inbox ' || $1, 0))::text`,
        queue,
      );
      const alone = `NOT EXISTS (SELECT 1 FROM inbox AS other WHERE other.queue = $1 AND other.lease_until > clock_timestamp()
        AND other.settled_at IS NULL AND other.dead_at IS NULL)`;
      return this.take(tx, queue, id, leaseMs, `${FREE} AND ${alone}`);
    });
  }

  private async take(
    tx: Tx | undefined,
    queue: string,
    id: string,
    leaseMs: number,
    free: string,
  ): Promise<InboxEntry | undefined> {
    const [row] = await this.db.rows<InboxEntry>(
      tx,
      `UPDATE inbox SET fence = fence + 1, attempts = attempts + 1, crashes = crashes + 1, lease_until = clock_timestamp() + $3 * interval '1 millisecond'
       WHERE queue = $1 AND id = $2::uuid AND ${OPEN} AND ${free}
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
    await this.nextOf(entry.queue, tx);
  }

  /** A source's next message may begin: the loop that gives it out need not wait until it looks again. */
  private async nextOf(queue: string, tx?: Tx): Promise<void> {
    if (isSourceQueue(queue)) await this.db.notify(tx, { noun: "inbox", key: queue });
  }

  async release(entry: Key, error: string, retryAt: Micros): Promise<void> {
    await this.db.execute(
      undefined,
      `UPDATE inbox SET lease_until = NULL, crashes = 0, error = $4, retry_at = ${timestamp("$5")}
       WHERE queue = $1 AND id = $2::uuid AND fence = $3::bigint AND ${OPEN}`,
      entry.queue,
      entry.id,
      entry.fence,
      storable(error),
      retryAt,
    );
    await this.nextOf(entry.queue);
  }

  async bury(entry: Key, reason: string, letterClass: LetterClass): Promise<void> {
    await this.db.run(async (tx) => {
      if (isSourceQueue(entry.queue) && (await this.endCancelled(tx, entry))) return;
      const buried = await this.db.execute(
        tx,
        `UPDATE inbox SET dead_at = clock_timestamp(), dead_reason = $4, dead_class = $5, lease_until = NULL
         WHERE queue = $1 AND id = $2::uuid AND fence = $3::bigint AND ${OPEN}`,
        entry.queue,
        entry.id,
        entry.fence,
        storable(reason),
        letterClass,
      );
      if (buried > 0 && isSourceQueue(entry.queue)) await this.refuseRun(tx, entry.id, reason);
      await this.db.notify(tx, { noun: "dead-letter", key: entry.queue });
      await this.nextOf(entry.queue, tx);
    });
  }

  /** Of a run that somebody cancels nothing is left, no letter either: a replay of that would bring it back. @returns whether it was one */
  private async endCancelled(tx: Tx, entry: Key): Promise<boolean> {
    // The run before its message, as whoever cancels does.
    const [run] = await this.db.rows<{ state: string }>(
      tx,
      "SELECT state FROM run WHERE id = $1::uuid FOR UPDATE",
      entry.id,
    );
    if (run?.state !== "cancelling" && run?.state !== "cancelled") return false;
    const settled = await this.db.execute(
      tx,
      `UPDATE inbox SET settled_at = clock_timestamp(), lease_until = NULL, error = NULL
       WHERE queue = $1 AND id = $2::uuid AND fence = $3::bigint AND ${OPEN}`,
      entry.queue,
      entry.id,
      entry.fence,
    );
    if (settled > 0)
      await this.db.execute(
        tx,
        `UPDATE run SET state = 'cancelled', progress = NULL, finished_at = clock_timestamp() WHERE id = $1::uuid AND state = 'cancelling'`,
        entry.id,
      );
    await this.db.notify(tx, { noun: "run", key: entry.id });
    await this.nextOf(entry.queue, tx);
    return true;
  }

  /** The stage writes its own refusals down; of a message that never came so far the run would be queued for ever. */
  private async refuseRun(tx: Tx, id: string, reason: string): Promise<void> {
    await this.db.execute(
      tx,
      `UPDATE run SET state = 'refused', error = $2, failed_check = NULL, finished_at = clock_timestamp() WHERE id = $1::uuid AND state NOT IN ('done', 'refused', 'cancelled')`,
      id,
      storable(reason),
    );
    await this.db.notify(tx, { noun: "run", key: id });
  }

  async ready(limit: number): Promise<readonly { queue: string; id: string; lane: "live" | "backfill" }[]> {
    return this.db.rows(undefined, READY, limit);
  }

  async deadLetters(limit: number, offset: number): Promise<readonly DeadLetter[]> {
    return this.db.rows(
      undefined,
      `SELECT queue, id::text, body, dead_reason AS reason, attempts, ${us("received_at")} AS "receivedAt", ${us("dead_at")} AS "deadAt"
       FROM inbox WHERE dead_at IS NOT NULL AND settled_at IS NULL ORDER BY dead_at DESC LIMIT $1 OFFSET $2`,
      limit,
      offset,
    );
  }
}

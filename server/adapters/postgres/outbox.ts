import type { OutgoingMessage } from "../../message";
import type { Outbox } from "../../ports/inbox";
import type { Tx } from "../../ports/transactions";
import type { Database } from "./database";

/** The outbox in PostgreSQL: a message written twice under one id is one message. */
export class PostgresOutbox implements Outbox {
  constructor(private readonly db: Database) {}

  async add(tx: Tx, messages: readonly OutgoingMessage[]): Promise<void> {
    if (messages.length === 0) return;
    await this.db.execute(
      tx,
      `INSERT INTO outbox (route, id, body, lane)
       SELECT r, i::uuid, b::jsonb, l FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS m(r, i, b, l)
       ON CONFLICT (route, id) DO NOTHING`,
      messages.map((message) => message.route),
      messages.map((message) => message.id),
      messages.map((message) => JSON.stringify(message.body)),
      messages.map((message) => message.lane),
    );
    await this.db.notify(tx, { noun: "outbox" });
  }

  async pending(limit: number): Promise<readonly (OutgoingMessage & { readonly seq: number })[]> {
    return this.db.rows(
      undefined,
      `SELECT seq, route, id::text, body, lane FROM outbox WHERE published_at IS NULL ORDER BY seq LIMIT $1`,
      limit,
    );
  }

  async published(seqs: readonly number[]): Promise<void> {
    await this.db.execute(
      undefined,
      `UPDATE outbox SET published_at = clock_timestamp() WHERE seq = ANY($1::bigint[]) AND published_at IS NULL`,
      seqs,
    );
  }
}

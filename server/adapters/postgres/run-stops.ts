import type { RunStops } from "../../ports/run-stops";
import type { Tx } from "../../ports/transactions";
import { startQueue } from "../../source/messages";
import type { RunState } from "../../source/model";
import type { Database } from "./database";

const OPEN = "FROM run WHERE source = $1 AND state IN ('queued', 'running', 'failed')";

/** Cancelling of runs in PostgreSQL. */
export class PostgresRunStops implements RunStops {
  constructor(private readonly db: Database) {}

  async lock(tx: Tx, id: string) {
    const [row] = await this.db.rows<{ source: string; state: RunState }>(
      tx,
      "SELECT source, state FROM run WHERE id = $1::uuid FOR UPDATE",
      id,
    );
    return row;
  }

  async stop(tx: Tx, id: string): Promise<void> {
    await this.db.execute(tx, "UPDATE run SET state = 'cancelling' WHERE id = $1::uuid", id);
    await this.db.notify(tx, { noun: "run", key: id });
  }

  async tryNow(tx: Tx, id: string, source: string): Promise<boolean> {
    const changed = await this.db.execute(
      tx,
      `UPDATE inbox SET retry_at = NULL WHERE queue = $1 AND id = $2::uuid AND settled_at IS NULL AND dead_at IS NULL AND retry_at > clock_timestamp()`,
      startQueue(source),
      id,
    );
    if (changed === 0) return false;
    await this.db.notify(tx, { noun: "inbox", key: startQueue(source) });
    await this.db.notify(tx, { noun: "run", key: id });
    return true;
  }

  async open(tx: Tx, source: string): Promise<readonly RunState[]> {
    const runs = await this.db.rows<{ state: RunState }>(tx, `SELECT state ${OPEN}`, source);
    return runs.map(({ state }) => state);
  }

  async stopAll(tx: Tx, source: string): Promise<readonly RunState[]> {
    const runs = await this.db.rows<{ state: RunState }>(
      tx,
      `WITH found AS (SELECT id, state ${OPEN} ORDER BY requested_at, id FOR UPDATE),
         stopped AS (UPDATE run SET state = 'cancelling' FROM found WHERE run.id = found.id)
       SELECT state FROM found`,
      source,
    );
    if (runs.length > 0) await this.db.notify(tx, { noun: "run", key: source });
    return runs.map(({ state }) => state);
  }

  async endStopped(tx: Tx): Promise<readonly string[]> {
    const runs = await this.db.rows<{ id: string; source: string }>(
      tx,
      "SELECT id::text, source FROM run WHERE state = 'cancelling' ORDER BY requested_at, id FOR UPDATE",
    );
    if (runs.length === 0) return [];
    const keys = [runs.map(({ source }) => startQueue(source)), runs.map(({ id }) => id)] as const;
    await this.db.execute(
      tx,
      `UPDATE inbox SET settled_at = clock_timestamp(), lease_until = NULL, error = NULL FROM unnest($1::text[], $2::text[]) AS k(q, i)
       WHERE queue = k.q AND id = k.i::uuid AND settled_at IS NULL AND dead_at IS NULL AND (lease_until IS NULL OR lease_until <= clock_timestamp())`,
      ...keys,
    );
    // What is not in its inbox yet comes there in a moment.
    const held = await this.db.rows<{ id: string }>(
      tx,
      `SELECT i AS id FROM unnest($1::text[], $2::text[]) AS k(q, i)
       WHERE EXISTS (SELECT 1 FROM inbox WHERE queue = k.q AND id = k.i::uuid AND settled_at IS NULL AND dead_at IS NULL)
         OR (EXISTS (SELECT 1 FROM outbox WHERE route = k.q AND id = k.i::uuid AND published_at IS NULL)
           AND NOT EXISTS (SELECT 1 FROM inbox WHERE queue = k.q AND id = k.i::uuid))`,
      ...keys,
    );
    const working = new Set(held.map(({ id }) => id));
    const ended = runs.filter(({ id }) => !working.has(id));
    await this.db.execute(
      tx,
      `UPDATE run SET state = 'cancelled', progress = NULL, finished_at = clock_timestamp() WHERE id = ANY($1::uuid[])`,
      ended.map(({ id }) => id),
    );
    for (const { id } of ended) await this.db.notify(tx, { noun: "run", key: id });
    return [...working];
  }
}

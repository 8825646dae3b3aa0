import { NotFound } from "../../errors";
import type {
  ActiveReingestion,
  Reingestions,
  ReingestPlan,
  WaitingDelivery,
} from "../../ports/reingestions";
import type { Tx } from "../../ports/transactions";
import type { Page } from "../../ports/views";
import type {
  ReingestedDelivery,
  ReingestionState,
  ReingestionView,
  ReingestOutcome,
} from "../../reingestion/model";
import { INGEST_QUEUE } from "../../source/messages";
import { type Database, us } from "./database";
import { PostgresLetters } from "./letters";
import { insertReingestion, previewReingestion } from "./reingest-plan";

const VIEW = (which: string) => `
  SELECT r.id::text, r.number, r.source, r.dataset, r.start_us AS start, r.end_us AS "end", r.map_hash AS "mapHash", r.map_version AS "mapVersion",
    r.state, ${us("r.made_at")} AS "madeAt", ${us("r.ended_at")} AS "endedAt", c.*
  FROM (${which}) r CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE outcome IS DISTINCT FROM 'left-out')::int AS asked, count(*) FILTER (WHERE outcome IN ('ingested', 'failed'))::int AS finished,
      json_build_object('ingested', count(*) FILTER (WHERE outcome = 'ingested'), 'failed', count(*) FILTER (WHERE outcome = 'failed'),
        'left-out', count(*) FILTER (WHERE outcome = 'left-out'), 'cancelled', count(*) FILTER (WHERE outcome = 'cancelled')) AS outcomes,
      coalesce(sum(rows_before) FILTER (WHERE outcome = 'ingested'), 0)::bigint AS "rowsBefore",
      coalesce(sum(rows_after) FILTER (WHERE outcome = 'ingested'), 0)::bigint AS "rowsAfter"
    FROM reingestion_delivery i WHERE i.reingestion = r.id) c
  ORDER BY r.number DESC`;

const NUMBER = /^\d{1,15}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Reingestions in PostgreSQL. */
export class PostgresReingestions implements Reingestions {
  private readonly letters: PostgresLetters;

  constructor(private readonly db: Database) {
    this.letters = new PostgresLetters(db);
  }

  preview(plan: ReingestPlan) {
    return previewReingestion(this.db, plan);
  }

  async start(
    tx: Tx,
    id: string,
    plan: ReingestPlan,
    map: { readonly hash: string; readonly version: number },
  ): Promise<boolean> {
    const made = await insertReingestion(this.db, tx, id, plan, map);
    if (made) await this.changed(tx);
    return made;
  }

  async lock(tx: Tx, id: string): Promise<ReingestionState> {
    const [row] = await this.db.rows<{ state: ReingestionState }>(
      tx,
      "SELECT state FROM reingestion WHERE id = $1::uuid FOR UPDATE",
      id,
    );
    if (!row) throw new NotFound(`nothing was ingested again as ${id}`);
    return row.state;
  }

  async cancel(tx: Tx, id: string): Promise<void> {
    await this.db.execute(
      tx,
      `UPDATE reingestion_delivery SET state = 'ended', outcome = 'cancelled', ended_at = clock_timestamp() WHERE reingestion = $1::uuid AND state = 'waiting'`,
      id,
    );
    await this.db.execute(tx, "UPDATE reingestion SET state = 'cancelling' WHERE id = $1::uuid", id);
    await this.changed(tx);
  }

  async retry(tx: Tx, id: string, outcomes: readonly ReingestOutcome[]): Promise<number> {
    const again = await this.db.execute(
      tx,
      `UPDATE reingestion_delivery SET state = 'waiting', outcome = NULL, reason = NULL, rows_after = NULL, ended_at = NULL
       WHERE reingestion = $1::uuid AND state = 'ended' AND outcome = ANY($2::text[])`,
      id,
      outcomes,
    );
    if (again === 0) return 0;
    await this.db.execute(
      tx,
      "UPDATE reingestion SET state = 'running', ended_at = NULL WHERE id = $1::uuid",
      id,
    );
    await this.changed(tx);
    return again;
  }

  async get(id: string): Promise<ReingestionView> {
    const known = NUMBER.test(id)
      ? "number = $1::bigint"
      : UUID.test(id)
        ? "id = $1::uuid"
        : "false AND $1 = ''";
    const [row] = await this.db.rows<ReingestionView>(
      undefined,
      VIEW(`SELECT * FROM reingestion WHERE ${known}`),
      id,
    );
    if (!row)
      throw new NotFound(`nothing was ingested again under ${id}`, {
        shownBy: "ionbeam ingest again-list shows them",
      });
    return row;
  }

  async list(
    source: string | undefined,
    limit: number,
    cursor: string | undefined,
  ): Promise<Page<ReingestionView>> {
    const rows = await this.db.rows<ReingestionView>(
      undefined,
      VIEW(
        "SELECT * FROM reingestion WHERE ($1::text IS NULL OR source = $1) AND ($2::bigint IS NULL OR number < $2::bigint) ORDER BY number DESC LIMIT $3",
      ),
      source ?? null,
      cursor === undefined ? null : Number(cursor),
      limit + 1,
    );
    const items = rows.slice(0, limit);
    return { items, next: rows.length > limit ? String(items.at(-1)?.number) : undefined };
  }

  async deliveries(
    id: string,
    filter: {
      readonly outcomes?: readonly ReingestOutcome[] | undefined;
      readonly limit: number;
      readonly cursor?: string | undefined;
    },
  ): Promise<Page<ReingestedDelivery>> {
    const rows = await this.db.rows<ReingestedDelivery & { position: number }>(
      undefined,
      `SELECT d.key AS delivery, d.start_us AS start, d.end_us AS "end", i.position, i.state, i.outcome, i.reason,
         i.rows_before AS "rowsBefore", i.rows_after AS "rowsAfter"
       FROM reingestion_delivery i JOIN delivery d ON d.id = i.delivery_id
       WHERE i.reingestion = $1::uuid AND ($2::text[] IS NULL OR i.outcome = ANY($2::text[])) AND i.position > $3::int ORDER BY i.position LIMIT $4`,
      id,
      filter.outcomes ?? null,
      filter.cursor === undefined ? 0 : Number(filter.cursor),
      filter.limit + 1,
    );
    const items = rows.slice(0, filter.limit);
    return {
      items: items.map(({ position: _, ...delivery }) => delivery),
      next: rows.length > filter.limit ? String(items.at(-1)?.position) : undefined,
    };
  }

  active(): Promise<readonly ActiveReingestion[]> {
    return this.db.rows<ActiveReingestion>(
      undefined,
      `SELECT r.id::text, r.state, r.dataset, m.body AS map, r.map_version AS "mapVersion",
         (SELECT count(*) FROM reingestion_delivery i WHERE i.reingestion = r.id AND i.state = 'asked') AS "underWay"
       FROM reingestion r JOIN variable_map m ON m.dataset = r.dataset AND m.hash = r.map_hash WHERE r.ended_at IS NULL ORDER BY r.number`,
    );
  }

  async settle(id: string): Promise<number> {
    const ended = await this.db.execute(
      undefined,
      `UPDATE reingestion_delivery i SET state = 'ended', ended_at = clock_timestamp(), rows_after = o.rows,
         outcome = CASE WHEN o.rows IS NULL THEN 'failed' ELSE 'ingested' END, reason = CASE WHEN o.rows IS NULL THEN o.reason END
       FROM (SELECT a.delivery_id, g.rows, coalesce(x.dead_reason, 'its message was set aside') AS reason
         FROM reingestion_delivery a LEFT JOIN generation g ON g.command_id = a.command_id LEFT JOIN inbox x ON x.queue = $2 AND x.id = a.command_id
         WHERE a.reingestion = $1::uuid AND a.state = 'asked' AND (g.id IS NOT NULL OR x.dead_at IS NOT NULL)) o
       WHERE i.reingestion = $1::uuid AND i.delivery_id = o.delivery_id AND i.state = 'asked'`,
      id,
      INGEST_QUEUE,
    );
    if (ended > 0) await this.changed(undefined);
    return ended;
  }

  waiting(id: string, limit: number): Promise<readonly WaitingDelivery[]> {
    return this.db.rows<WaitingDelivery>(
      undefined,
      `SELECT i.reingestion::text, d.id, d.key, d.payload_key AS "payloadKey", d.start_us AS start, d.end_us AS "end"
       FROM reingestion_delivery i JOIN delivery d ON d.id = i.delivery_id
       WHERE i.reingestion = $1::uuid AND i.state = 'waiting' ORDER BY i.position LIMIT $2`,
      id,
      limit,
    );
  }

  async asked(tx: Tx, { reingestion, id }: WaitingDelivery, commandId: string): Promise<boolean> {
    const marked = await this.db.execute(
      tx,
      `UPDATE reingestion_delivery SET state = 'asked', command_id = $3::uuid
       WHERE reingestion = $1::uuid AND delivery_id = $2::bigint AND state = 'waiting'`,
      reingestion,
      id,
      commandId,
    );
    return marked > 0;
  }

  async revive(tx: Tx, commandId: string): Promise<boolean> {
    const which = { keys: [{ queue: INGEST_QUEUE, id: commandId }] };
    await this.letters.restore(tx, which);
    return (await this.letters.replay(tx, which)).length > 0;
  }

  async fail(tx: Tx, { reingestion, id }: WaitingDelivery, reason: string): Promise<void> {
    await this.db.execute(
      tx,
      `UPDATE reingestion_delivery SET state = 'ended', outcome = 'failed', reason = $3, ended_at = clock_timestamp()
       WHERE reingestion = $1::uuid AND delivery_id = $2::bigint AND state = 'waiting'`,
      reingestion,
      id,
      reason,
    );
    await this.changed(tx);
  }

  async finish(tx: Tx, id: string): Promise<void> {
    // Looked for once before the lock, and once more under it: somebody may try deliveries again just now.
    const open = async () => {
      const [row] = await this.db.rows(
        tx,
        "SELECT 1 AS one FROM reingestion_delivery WHERE reingestion = $1::uuid AND state IN ('waiting', 'asked') LIMIT 1",
        id,
      );
      return row !== undefined;
    };
    if (await open()) return;
    await this.lock(tx, id);
    if (await open()) return;
    const ended = await this.db.execute(
      tx,
      `UPDATE reingestion SET state = CASE state WHEN 'cancelling' THEN 'cancelled' ELSE 'done' END, ended_at = clock_timestamp()
       WHERE id = $1::uuid AND ended_at IS NULL`,
      id,
    );
    if (ended > 0) await this.changed(tx);
  }

  private async changed(tx: Tx | undefined): Promise<void> {
    await this.db.notify(tx, { noun: "reingestion" });
  }
}

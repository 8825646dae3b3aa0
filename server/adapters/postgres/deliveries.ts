import { createHash } from "node:crypto";
import { Denied, NotFound, Transient } from "../../errors";
import type { Interval } from "../../observation/interval";
import type {
  Delivery,
  DeliveryFacts,
  FutureLedger,
  FutureRows,
  GenerationFacts,
  Ledger,
} from "../../ports/ledger";
import type { Tx } from "../../ports/transactions";
import type { Window } from "../../window/model";
import { PAYLOAD_DELETED, sealedText } from "../../window/sealed";
import type { Database } from "./database";
import { distinct, windowsOfDelivery } from "./delivery-windows";
import { futureDue, markFutureAsked } from "./future-rows";
import { lockSettings } from "./settings-lock";

/** Hex SHA-256 over what makes a delivery (SEMANTICS 3, *Delivery*). */
function deliveryKey(facts: DeliveryFacts): string {
  const parts = [facts.dataset, facts.start, facts.end, facts.payloadSha256];
  return createHash("sha256").update(parts.join("\u001f")).digest("hex");
}

const DELIVERY = `id, key, dataset, start_us AS start, end_us AS "end", payload_sha256 AS "payloadSha256", payload_key AS "payloadKey",
  payload_bytes AS "payloadBytes", priority, collected_us AS "collectedAt", source AS "sourceName", withdrawn_at IS NOT NULL AS withdrawn`;

type DeliveryHalf = Pick<
  Ledger,
  "receive" | "recordGeneration" | "windowsOfCommand" | "nextOrdinal" | "setWithdrawn"
>;

/** Deliveries and their generations in PostgreSQL. */
export class PostgresDeliveries implements DeliveryHalf, FutureLedger {
  constructor(protected readonly db: Database) {}

  async receive(
    tx: Tx,
    facts: DeliveryFacts,
    claims: readonly { window: Interval; claim: Interval }[],
  ): Promise<Delivery> {
    const key = deliveryKey(facts);
    const going = await this.db.rows(
      tx,
      "SELECT 1 FROM delivery WHERE payload_key = $1 AND payload = 'removing' LIMIT 1",
      facts.payloadKey,
    );
    if (going.length > 0)
      throw new Transient("this payload is being deleted; it is received again when that is done");
    const [inserted] = await this.db.rows<Delivery>(
      tx,
      `INSERT INTO delivery (key, dataset, start_us, end_us, payload_sha256, payload_key, payload_bytes, priority, collected_us, source)
       VALUES ($1, $2, $3::bigint, $4::bigint, $5, $6, $7::bigint, $8::int, $9::bigint, $10)
       ON CONFLICT (key) DO NOTHING RETURNING ${DELIVERY}`,
      key,
      facts.dataset,
      facts.start,
      facts.end,
      facts.payloadSha256,
      facts.payloadKey,
      facts.payloadBytes,
      facts.priority,
      facts.collectedAt,
      facts.sourceName ?? null,
    );
    if (inserted) {
      await this.recordClaims(tx, inserted, claims);
      return inserted;
    }
    const [existing] = await this.db.rows<Delivery>(
      tx,
      // A payload that was deleted and came again is there again.
      `UPDATE delivery SET payload = 'present' WHERE key = $1 RETURNING ${DELIVERY}`,
      key,
    );
    if (!existing) throw new NotFound(`delivery ${key} vanished while it was received`);
    return existing;
  }

  private async recordClaims(
    tx: Tx,
    delivery: Delivery,
    claims: readonly { window: Interval; claim: Interval }[],
  ): Promise<void> {
    await this.db.execute(
      tx,
      `INSERT INTO claim (delivery_id, dataset, window_start_us, window_end_us, start_us, end_us)
       SELECT $1::bigint, $2, * FROM unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])`,
      delivery.id,
      delivery.dataset,
      claims.map(({ window }) => window.start),
      claims.map(({ window }) => window.end),
      claims.map(({ claim }) => claim.start),
      claims.map(({ claim }) => claim.end),
    );
  }

  async recordGeneration(
    tx: Tx,
    deliveryId: number,
    facts: GenerationFacts,
  ): Promise<{ current: boolean; windows: readonly Window[] }> {
    const [delivery] = await this.db.rows<{ dataset: string; current: number | undefined }>(
      tx,
      `SELECT dataset, current_generation AS current FROM delivery WHERE id = $1::bigint FOR UPDATE`,
      deliveryId,
    );
    if (!delivery) throw new NotFound(`no delivery ${deliveryId} in the ledger`);
    const before = await windowsOfDelivery(this.db, tx, deliveryId);
    const generation = await this.insertGeneration(tx, deliveryId, delivery.dataset, facts);
    if (generation !== undefined)
      await this.insertFindings(tx, generation, deliveryId, delivery.dataset, facts);
    await this.db.execute(
      tx,
      // A superseded generation's rows of the future are the new one's.
      `WITH named AS (
         UPDATE delivery SET current_generation =
           (SELECT id FROM generation WHERE delivery_id = $1::bigint ORDER BY ordinal DESC, command_id DESC LIMIT 1)
         , points_look_us = $2::bigint WHERE id = $1::bigint RETURNING current_generation AS id)
       UPDATE generation g SET future_asked = true FROM named
       WHERE g.delivery_id = $1::bigint AND g.id <> named.id AND g.future_due_us IS NOT NULL AND NOT g.future_asked`,
      deliveryId,
      await this.db.now(tx),
    );
    const [now] = await this.db.rows<{ current: boolean }>(
      tx,
      `SELECT g.command_id = $2::uuid AS current FROM delivery d JOIN generation g ON g.id = d.current_generation WHERE d.id = $1::bigint`,
      deliveryId,
      facts.commandId,
    );
    await this.db.notify(tx, { noun: "ingest", key: delivery.dataset });
    return {
      current: now?.current ?? false,
      windows: distinct([...before, ...(await windowsOfDelivery(this.db, tx, deliveryId))]),
    };
  }

  /** The new generation's id; undefined when this command has been recorded before. */
  private async insertGeneration(
    tx: Tx,
    deliveryId: number,
    dataset: string,
    facts: GenerationFacts,
  ): Promise<number | undefined> {
    await this.db.execute(
      tx,
      `INSERT INTO variable_map (hash, dataset, version, body, columns) VALUES ($1, $2, $3::int, $4::jsonb, $5::jsonb)
       ON CONFLICT (dataset, hash) DO UPDATE SET columns = excluded.columns`,
      facts.mapHash,
      dataset,
      facts.mapVersion,
      JSON.stringify(facts.map),
      JSON.stringify(facts.columns),
    );
    const rejected = facts.rejected.reduce((sum, each) => sum + each.count, 0);
    const [row] = await this.db.rows<{ id: number }>(
      tx,
      `INSERT INTO generation (delivery_id, ordinal, command_id, map_hash, map_version, rows, stations, rows_rejected,
         observed_start_us, observed_end_us, bad_cells, unmapped, future_due_us)
       VALUES ($1::bigint, $2::int, $3::uuid, $4, $5::int, $6::bigint, $7::bigint, $8::bigint, $9::bigint, $10::bigint, $11::jsonb, $12::jsonb, $13::bigint)
       ON CONFLICT (command_id) DO NOTHING RETURNING id`,
      deliveryId,
      facts.ordinal,
      facts.commandId,
      facts.mapHash,
      facts.mapVersion,
      facts.rows,
      facts.stations,
      rejected,
      facts.observed?.start ?? null,
      facts.observed?.end ?? null,
      JSON.stringify(facts.badCells),
      JSON.stringify(facts.unmapped),
      facts.futureDueAt ?? null,
    );
    return row?.id;
  }

  private async insertFindings(
    tx: Tx,
    generation: number,
    deliveryId: number,
    dataset: string,
    facts: GenerationFacts,
  ): Promise<void> {
    await this.db.execute(
      tx,
      `INSERT INTO touch (generation_id, delivery_id, dataset, window_start_us, window_end_us, rows, stations)
       SELECT $1::bigint, $2::bigint, $3, * FROM unnest($4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])`,
      generation,
      deliveryId,
      dataset,
      facts.touches.map(({ window }) => window.start),
      facts.touches.map(({ window }) => window.end),
      facts.touches.map(({ rows }) => rows),
      facts.touches.map(({ stations }) => stations),
    );
    await this.db.execute(
      tx,
      `INSERT INTO rejection (generation_id, reason, count, examples)
       SELECT $1::bigint, r, c, e::jsonb FROM unnest($2::text[], $3::bigint[], $4::text[]) AS x(r, c, e)`,
      generation,
      facts.rejected.map(({ reason }) => reason),
      facts.rejected.map(({ count }) => count),
      facts.rejected.map(({ examples }) => JSON.stringify(examples)),
    );
  }

  async windowsOfCommand(tx: Tx, commandId: string): Promise<readonly Window[] | undefined> {
    const [row] = await this.db.rows<{ id: number; delivery: number }>(
      tx,
      `SELECT id, delivery_id AS delivery FROM generation WHERE command_id = $1::uuid`,
      commandId,
    );
    if (!row) return undefined;
    const own = await this.db.rows<Window>(
      tx,
      `SELECT dataset, window_start_us AS start, window_end_us AS "end" FROM touch WHERE generation_id IN
         (SELECT id FROM generation WHERE delivery_id = $1::bigint)`,
      row.delivery,
    );
    return distinct([...own, ...(await windowsOfDelivery(this.db, tx, row.delivery))]);
  }

  async nextOrdinal(
    tx: Tx,
    key: string,
    requestId: string,
    asks: "person" | "future rows" = "person",
  ): Promise<number> {
    const [delivery] = await this.db.rows<{ id: number; next: number; payload: string }>(
      tx,
      `SELECT id, next_ordinal AS next, payload FROM delivery WHERE key = $1 FOR UPDATE`,
      key,
    );
    if (!delivery) throw new NotFound(`no delivery ${key}`, { shownBy: "ionbeam ingest list shows them" });
    if (delivery.payload !== "present") throw new Denied(PAYLOAD_DELETED);
    if (asks === "person" && (await this.isSealed(tx, delivery.id)))
      throw new Denied(sealedText("ingested again"));
    const made = await this.db.execute(
      tx,
      `INSERT INTO ingest_request (id, delivery_id, ordinal) VALUES ($1::uuid, $2::bigint, $3::int) ON CONFLICT (id) DO NOTHING`,
      requestId,
      delivery.id,
      delivery.next,
    );
    if (made > 0) {
      await this.db.execute(
        tx,
        `UPDATE delivery SET next_ordinal = next_ordinal + 1 WHERE id = $1::bigint`,
        delivery.id,
      );
      return delivery.next;
    }
    const [request] = await this.db.rows<{ ordinal: number }>(
      tx,
      `SELECT ordinal FROM ingest_request WHERE id = $1::uuid`,
      requestId,
    );
    return request?.ordinal ?? delivery.next;
  }

  /** Whether a window that its current generation has rows in is sealed. */
  private async isSealed(tx: Tx, deliveryId: number): Promise<boolean> {
    const sealed = await this.db.rows(
      tx,
      `SELECT 1 FROM delivery d JOIN touch t ON t.generation_id = d.current_generation
         JOIN "window" w ON w.dataset = t.dataset AND w.start_us = t.window_start_us AND w.end_us = t.window_end_us
       WHERE d.id = $1::bigint AND t.rows > 0 AND w.sealed_at IS NOT NULL LIMIT 1`,
      deliveryId,
    );
    return sealed.length > 0;
  }

  async setWithdrawn(
    tx: Tx,
    key: string,
    withdrawn: boolean,
  ): Promise<{ windows: readonly Window[]; changed: boolean }> {
    const find = (how: string) =>
      this.db.rows<{ id: number; dataset: string }>(
        tx,
        `SELECT id, dataset FROM delivery WHERE key = $1 ${how}`,
        key,
      );
    const [known] = await find("");
    // An ingestion holds the settings when it comes to the delivery: the other way round, both would wait for each other.
    if (known) await lockSettings(this.db, tx, known.dataset);
    const [delivery] = await find("FOR UPDATE");
    if (!delivery) throw new NotFound(`no delivery ${key}`, { shownBy: "ionbeam ingest list shows them" });
    const windows = await windowsOfDelivery(this.db, tx, delivery.id);
    if (await this.isSealed(tx, delivery.id))
      throw new Denied(sealedText(withdrawn ? "withdrawn" : "restored"));
    const changed = await this.db.execute(
      tx,
      withdrawn
        ? `UPDATE delivery SET withdrawn_at = clock_timestamp() WHERE id = $1::bigint AND withdrawn_at IS NULL`
        : `UPDATE delivery SET withdrawn_at = NULL WHERE id = $1::bigint AND withdrawn_at IS NOT NULL`,
      delivery.id,
    );
    await this.db.notify(tx, { noun: "ingest", key: delivery.dataset });
    return { windows, changed: changed > 0 };
  }

  futureDue(tx: Tx, limit: number): Promise<readonly FutureRows[]> {
    return futureDue(this.db, tx, limit);
  }

  markFutureAsked(tx: Tx, generation: string): Promise<boolean> {
    return markFutureAsked(this.db, tx, generation);
  }
}

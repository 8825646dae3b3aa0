import type { Micros } from "../../observation/time";
import type {
  AgedCursor,
  AgedDelivery,
  DataLife,
  Deletion,
  DoomedPayload,
  HeldDelivery,
  RestoreOrder,
} from "../../ports/data-life";
import type { SeriesRef } from "../../ports/time-series";
import type { Tx } from "../../ports/transactions";
import type { Window } from "../../window/model";
import { type Database, timestamp, us } from "./database";
import { hold, namedPayloads } from "./held-deliveries";
import { restored, restoreFailed, restoresDue } from "./restores";

/** Names of points, of the generation g of the delivery d. */
const REF = `d.dataset, d.key AS delivery, g.command_id::text AS generation`;

/** The life of points and payloads in PostgreSQL. */
export class PostgresDataLife implements DataLife {
  constructor(private readonly db: Database) {}

  hold(
    tx: Tx,
    dataset: string,
    deliveries: readonly number[],
    lock: boolean,
  ): Promise<readonly HeldDelivery[]> {
    return hold(this.db, tx, dataset, deliveries, lock);
  }

  async deletePoints(tx: Tx, deletion: Deletion): Promise<readonly SeriesRef[]> {
    const refs = await this.db.rows<SeriesRef>(
      tx,
      `UPDATE generation g SET points = 'removing' FROM delivery d
       WHERE d.id = g.delivery_id AND g.delivery_id = ANY($1::bigint[]) AND g.points = 'present' RETURNING ${REF}`,
      deletion.deliveries,
    );
    await this.db.execute(
      tx,
      "UPDATE delivery SET points_look_us = NULL WHERE id = ANY($1::bigint[])",
      deletion.deliveries,
    );
    await this.fence(tx, deletion.fenced);
    await this.seal(tx, deletion.sealed);
    return refs;
  }

  async deletePayloads(tx: Tx, deletion: Deletion): Promise<void> {
    await this.db.execute(
      tx,
      "UPDATE delivery SET payload = 'removing' WHERE id = ANY($1::bigint[]) AND payload = 'present'",
      deletion.deliveries,
    );
    await this.fence(tx, deletion.fenced);
    await this.seal(tx, deletion.sealed);
  }

  /** Whoever holds an older token has lost it: a build that paused past its lease, and wakes, commits nothing. */
  private async fence(tx: Tx, windows: readonly Window[]): Promise<void> {
    await this.db.execute(
      tx,
      `UPDATE "window" w SET fence = greatest(w.fence + 1, pg_current_xact_id()::text::bigint),
         look_again_us = CASE WHEN w.lease_until IS NOT NULL THEN 0 ELSE w.look_again_us END, lease_until = NULL
       FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS given(d, s, e) WHERE w.dataset = d AND w.start_us = s AND w.end_us = e`,
      ...columns(windows),
    );
  }

  private async seal(tx: Tx, windows: readonly Window[]): Promise<void> {
    if (windows.length === 0) return;
    await this.db.execute(
      tx,
      `UPDATE "window" w SET sealed_at = clock_timestamp(), look_again_us = 0
       FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS given(d, s, e)
       WHERE w.dataset = d AND w.start_us = s AND w.end_us = e AND w.sealed_at IS NULL`,
      ...columns(windows),
    );
    for (const dataset of new Set(windows.map((window) => window.dataset)))
      await this.db.notify(tx, { noun: "window", key: dataset });
  }

  doomedPoints(limit: number): Promise<readonly SeriesRef[]> {
    return this.db.rows<SeriesRef>(
      undefined,
      `SELECT ${REF} FROM generation g JOIN delivery d ON d.id = g.delivery_id WHERE g.points = 'removing' ORDER BY g.id LIMIT $1`,
      limit,
    );
  }

  async pointsGone(refs: readonly SeriesRef[]): Promise<void> {
    await this.db.execute(
      undefined,
      "UPDATE generation SET points = 'gone', segment = '-' WHERE command_id = ANY($1::uuid[]) AND points = 'removing'",
      refs.map(({ generation }) => generation),
    );
    // A window may have come to wait for them meanwhile.
    await this.db.notify(undefined, { noun: "points" });
  }

  async doomedPayloads(limit: number): Promise<readonly DoomedPayload[]> {
    const rows = await this.db.rows<DoomedPayload>(
      undefined,
      `SELECT payload_key AS key, EXISTS (SELECT 1 FROM delivery o WHERE o.payload_key = d.payload_key AND o.payload = 'present') AS shared
       FROM delivery d WHERE payload = 'removing' GROUP BY payload_key ORDER BY payload_key LIMIT $1`,
      limit,
    );
    const named = rows.length > 0 ? await namedPayloads(this.db, undefined) : new Set();
    return rows.map(({ key, shared }) => ({ key, shared: shared || named.has(key) }));
  }

  async payloadGone(key: string): Promise<void> {
    await this.db.execute(
      undefined,
      "UPDATE delivery SET payload = 'gone' WHERE payload_key = $1 AND payload = 'removing'",
      key,
    );
  }

  async aged(
    dataset: string,
    kind: "points" | "payloads",
    receivedBefore: Micros,
    after: AgedCursor | undefined,
    limit: number,
  ): Promise<readonly AgedDelivery[]> {
    const there = kind === "points" ? "d.points_look_us IS NOT NULL" : "d.payload = 'present'";
    const counted = kind === "points" ? "g.points = 'present'" : "g.id = d.current_generation";
    return this.db.rows<AgedDelivery>(
      undefined,
      `SELECT a.id, a."receivedAt", a."payloadBytes", coalesce(sum(g.rows), 0)::bigint AS rows,
         CASE WHEN min(g.observed_start_us) IS NOT NULL
           THEN json_build_object('start', min(g.observed_start_us), 'end', max(g.observed_end_us)) END AS observed,
         coalesce(json_agg(json_build_object('dataset', $1::text, 'delivery', a.key, 'generation', g.command_id)) FILTER (WHERE g.id IS NOT NULL), '[]') AS refs
       FROM (SELECT d.id, d.key, d.current_generation, d.received_at, ${us("d.received_at")} AS "receivedAt", d.payload_bytes AS "payloadBytes"
             FROM delivery d WHERE d.dataset = $1 AND ${there} AND d.received_at < ${timestamp("$2")}
               AND (d.received_at, d.id) > (${timestamp("$3")}, $4::bigint)
             ORDER BY d.received_at, d.id LIMIT $5) a
         LEFT JOIN generation g ON g.delivery_id = a.id AND ${counted.replace("d.current", "a.current")}
       GROUP BY a.id, a.key, a.received_at, a."receivedAt", a."payloadBytes" ORDER BY a.received_at, a.id`,
      dataset,
      receivedBefore,
      after?.receivedAt ?? -1,
      after?.id ?? 0,
      limit,
    );
  }

  async exportDue(limit: number): Promise<readonly { readonly id: number; readonly dataset: string }[]> {
    return this.db.rows(
      undefined,
      `SELECT due.id, s.name AS dataset FROM dataset s, LATERAL (
         SELECT d.id FROM delivery d WHERE d.dataset = s.name AND d.points_look_us <= $1::bigint ORDER BY d.points_look_us LIMIT $2) due
       WHERE s.delete_after_export`,
      await this.db.now(),
      limit,
    );
  }

  async lookAtExport(tx: Tx, deliveries: readonly number[], at: Micros): Promise<void> {
    await this.db.execute(
      tx,
      "UPDATE delivery SET points_look_us = $2::bigint WHERE id = ANY($1::bigint[]) AND points_look_us IS NOT NULL",
      deliveries,
      at,
    );
  }

  restoresDue(limit: number): Promise<readonly RestoreOrder[]> {
    return restoresDue(this.db, limit);
  }

  restored(tx: Tx, ref: SeriesRef): Promise<boolean> {
    return restored(this.db, tx, ref);
  }

  restoreFailed(tx: Tx, ref: SeriesRef, error: string, retryAt: Micros): Promise<void> {
    return restoreFailed(this.db, tx, ref, error, retryAt);
  }
}

function columns(windows: readonly Window[]) {
  return [
    windows.map(({ dataset }) => dataset),
    windows.map(({ start }) => start),
    windows.map(({ end }) => end),
  ] as const;
}

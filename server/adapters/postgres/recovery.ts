import type { RecoveredRevision, RecoveryLedger } from "../../ports/recovery-ledger";
import type { Tx } from "../../ports/transactions";
import type { Exclusion, Window } from "../../window/model";
import { keyOf } from "./builds";
import { type Database, timestamp } from "./database";

/**
 * How often a recovered revision counts as published: more often than anybody ever asked for, so that the id of the next publication is not one that
 * consumers have seen (SEMANTICS 7).
 */
const PUBLISHED = 1_000;

/** A ledger made again from what lies beside the files. */
export class PostgresRecovery implements RecoveryLedger {
  constructor(private readonly db: Database) {}

  async setHistory(tx: Tx, given: Parameters<RecoveryLedger["setHistory"]>[1]): Promise<void> {
    await this.db.execute(
      tx,
      `UPDATE delivery SET received_at = ${timestamp("$2")}, next_ordinal = greatest(next_ordinal, $3::int + 1),
         withdrawn_at = CASE WHEN $4::boolean THEN coalesce(withdrawn_at, clock_timestamp()) END WHERE key = $1`,
      given.key,
      given.receivedAt,
      given.ordinal,
      given.withdrawn,
    );
    await this.db.execute(
      tx,
      `UPDATE generation SET ingested_at = ${timestamp("$2")} WHERE command_id = $1::uuid`,
      given.generation,
      given.ingestedAt,
    );
  }

  async setGone(tx: Tx, deliveryKey: string): Promise<void> {
    await this.db.execute(
      tx,
      `UPDATE generation g SET points = 'gone', segment = '-' FROM delivery d WHERE d.id = g.delivery_id AND d.key = $1`,
      deliveryKey,
    );
    await this.db.execute(
      tx,
      "UPDATE delivery SET payload = 'gone', points_look_us = NULL WHERE key = $1",
      deliveryKey,
    );
  }

  async addExclusion(
    tx: Tx,
    dataset: string,
    { id, station, variable, box, time, reason }: Exclusion,
  ): Promise<void> {
    await this.db.execute(
      tx,
      `INSERT INTO exclusion (id, dataset, station, variable, box, start_us, end_us, reason)
       VALUES ($1::uuid, $2, $3, $4, $5::jsonb, $6::bigint, $7::bigint, $8) ON CONFLICT (id) DO NOTHING`,
      id,
      dataset,
      station ?? null,
      variable ?? null,
      box ? JSON.stringify(box) : null,
      time.start,
      time.end,
      reason,
    );
  }

  async addRevisions(
    tx: Tx,
    window: Window,
    declaredSpan: string,
    revisions: readonly RecoveredRevision[],
    sealed: boolean,
  ): Promise<void> {
    const current = revisions.at(-1);
    if (!current) return;
    for (const revision of revisions) await this.addRevision(tx, window, revision);
    await this.db.execute(
      tx,
      `INSERT INTO "window" (dataset, start_us, end_us, declared_span, desired_hash, built_hash, output, last_revision, coverage_share, complete, gaps,
         need, state, stale, reason, sealed_at)
       VALUES ($1, $2::bigint, $3::bigint, $4, $5, $5, 'revision', $6::int, $7::float8, $8::boolean, '[]', 'none', 'built', false, '',
         CASE WHEN $9::boolean THEN clock_timestamp() END)
       ON CONFLICT (dataset, start_us, end_us) DO UPDATE SET built_hash = excluded.built_hash, output = excluded.output,
         last_revision = greatest("window".last_revision, excluded.last_revision), sealed_at = excluded.sealed_at,
         first_change_us = NULL, last_change_us = NULL`,
      ...keyOf(window),
      declaredSpan,
      current.desiredHash,
      current.revision,
      current.coverageShare,
      current.complete,
      sealed,
    );
  }

  private async addRevision(tx: Tx, window: Window, given: RecoveredRevision): Promise<void> {
    await this.db.execute(
      tx,
      `INSERT INTO revision (dataset, start_us, end_us, revision, output, current, file_key, sha256, bytes, rows, stations, columns,
         west, south, east, north, observed_start_us, observed_end_us, desired_hash, map_hashes, deliveries, coverage_share, complete, manifest_key,
         publications, built_at, superseded_at)
       VALUES ($1, $2::bigint, $3::bigint, $4::int, 'revision', $5::boolean, $6, $7, $8::bigint, $9::bigint, $10::bigint, $11::jsonb,
         $12::float8, $13::float8, $14::float8, $15::float8, $16::bigint, $17::bigint, $18, $19::text[], $20::jsonb, $21::float8, $22::boolean, $23,
         ${PUBLISHED}, ${timestamp("$24")}, CASE WHEN NOT $5::boolean THEN clock_timestamp() END)
       ON CONFLICT (dataset, start_us, end_us, revision) DO NOTHING`,
      ...keyOf(window),
      given.revision,
      given.current,
      given.fileKey ?? null,
      given.sha256 ?? null,
      given.bytes,
      given.rows,
      given.stations,
      JSON.stringify(given.columns),
      ...(given.bbox ?? [null, null, null, null]),
      given.observed?.start ?? null,
      given.observed?.end ?? null,
      given.desiredHash,
      given.mapHashes,
      JSON.stringify(given.deliveries),
      given.coverageShare,
      given.complete,
      given.manifestKey ?? null,
      given.builtAt,
    );
  }
}

import { NotFound } from "../../errors";
import { DataIngestionMap } from "../../observation/model";
import type { Micros } from "../../observation/time";
import type { Tx } from "../../ports/transactions";
import type { KeptMap, KeptPayload, VariableMaps } from "../../ports/variable-maps";
import { type Database, us } from "./database";

interface Row {
  readonly hash: string;
  readonly version: number;
  readonly map: unknown;
  readonly since: Micros;
  readonly who: string | undefined;
  readonly at: Micros | undefined;
}

/** Variable maps and their versions in PostgreSQL. */
export class PostgresVariableMaps implements VariableMaps {
  constructor(private readonly db: Database) {}

  async versions(dataset: string, source: string, limit: number): Promise<readonly KeptMap[]> {
    const rows = await this.db.rows<Row>(
      undefined,
      `SELECT m.hash, m.version, m.body AS map, ${us("m.created_at")} AS since, a.who, a.at FROM variable_map m LEFT JOIN LATERAL (
         SELECT who, ${us("at")} AS at FROM audit WHERE what = 'map change' AND subject = $2 AND after ->> 'hash' = m.hash ORDER BY id DESC LIMIT 1) a ON true
       WHERE m.dataset = $1 ORDER BY m.version DESC, m.created_at DESC LIMIT $3`,
      dataset,
      source,
      limit,
    );
    return rows.map(({ hash, version, map, since, who, at }) => ({
      hash,
      version,
      map: DataIngestionMap.parse(map),
      since,
      by: who && at !== undefined && at !== null ? { who, at } : undefined,
    }));
  }

  async kept(dataset: string, hash: string, tx?: Tx): Promise<{ version: number; map: DataIngestionMap }> {
    const [row] = await this.db.rows<{ version: number; map: unknown }>(
      tx,
      "SELECT version, body AS map FROM variable_map WHERE dataset = $1 AND hash = $2",
      dataset,
      hash,
    );
    if (!row)
      throw new NotFound(`${dataset} has no map ${hash.slice(0, 8)}`, {
        shownBy: "ionbeam map versions shows which it has",
      });
    return { version: row.version, map: DataIngestionMap.parse(row.map) };
  }

  async versionFor(tx: Tx, dataset: string, hash: string): Promise<number> {
    const [row] = await this.db.rows<{ version: number }>(
      tx,
      "SELECT coalesce(max(version) FILTER (WHERE hash = $2), coalesce(max(version), 0) + 1)::int AS version FROM variable_map WHERE dataset = $1",
      dataset,
      hash,
    );
    return row?.version ?? 1;
  }

  async newestPayload(dataset: string, source: string): Promise<KeptPayload | undefined> {
    const [row] = await this.db.rows<KeptPayload>(
      undefined,
      `SELECT * FROM (
         SELECT d.key AS delivery, d.start_us AS start, d.end_us AS "end", ${us("d.received_at")} AS "receivedAt", d.payload_key AS "payloadKey", g.unmapped, g.rows
         FROM delivery d JOIN generation g ON g.id = d.current_generation
         WHERE d.dataset = $1 AND d.source = $2 AND d.payload = 'present' ORDER BY d.received_at DESC, d.id DESC LIMIT 50) newest
       ORDER BY (rows > 0) DESC, "receivedAt" DESC LIMIT 1`,
      dataset,
      source,
    );
    return row;
  }
}

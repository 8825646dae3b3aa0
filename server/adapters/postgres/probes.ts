import { ProbeFinding } from "../../health/model";
import type { Micros } from "../../observation/time";
import type { Probes } from "../../ports/probes";
import { type Database, us } from "./database";
import { storable } from "./storable";

/** The last probe of each source, in PostgreSQL. */
export class PostgresProbes implements Probes {
  constructor(private readonly db: Database) {}

  async last(source: string): Promise<{ finding: ProbeFinding; at: Micros } | undefined> {
    const [row] = await this.db.rows<{ result: unknown; at: Micros }>(
      undefined,
      `SELECT result, ${us("probed_at")} AS at FROM source_probe WHERE source = $1`,
      source,
    );
    return row && { finding: ProbeFinding.parse(row.result), at: row.at };
  }

  async keep(source: string, finding: ProbeFinding): Promise<void> {
    await this.db.run(async (tx) => {
      await this.db.execute(
        tx,
        `INSERT INTO source_probe (source, probed_at, result) VALUES ($1, clock_timestamp(), $2::jsonb)
         ON CONFLICT (source) DO UPDATE SET probed_at = excluded.probed_at, result = excluded.result`,
        source,
        JSON.stringify({ ...finding, sentence: storable(finding.sentence) }),
      );
      await this.db.notify(tx, { noun: "source", key: source });
    });
  }
}

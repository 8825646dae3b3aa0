import type { KeyNames } from "../../ports/secret-box";
import type { Tx } from "../../ports/transactions";
import type { Database } from "./database";

/** The name of the installation's key in PostgreSQL, beside what is sealed with it. */
export class PostgresKeyNames implements KeyNames {
  constructor(private readonly db: Database) {}

  async current(tx?: Tx): Promise<string | undefined> {
    const [row] = await this.db.rows<{ name: string }>(tx, "SELECT name FROM secret_key");
    return row?.name;
  }

  async claim(name: string, tx?: Tx): Promise<string> {
    await this.db.execute(
      tx,
      "INSERT INTO secret_key (id, name) VALUES (1, $1) ON CONFLICT (id) DO NOTHING",
      name,
    );
    return (await this.current(tx)) ?? name;
  }

  async set(name: string): Promise<void> {
    await this.db.execute(
      undefined,
      "INSERT INTO secret_key (id, name) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET name = excluded.name",
      name,
    );
  }
}

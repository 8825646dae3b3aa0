import pg from "pg";
import { Invalid } from "../../errors";
import type { Micros } from "../../observation/time";
import type { DatabaseLoad, DumpedTable, LoadPlan } from "../../ports/database-dump";
import { tablesOf } from "./dump";
import { HISTORY_TABLE, migrate, readMigrations } from "./migrate";
import { withClient } from "./with-client";

/** Fills a database from a dump, see {@link DatabaseLoad}. How far it came is a comment on the migrations' table: that all is in is set in the load's own transaction. */
export class PostgresLoad implements DatabaseLoad {
  constructor(
    private readonly connectionString: string,
    private readonly migrationsFolder: string,
  ) {}

  async claim(id: string): Promise<boolean> {
    return this.connected(async (client) => {
      const mark = await markIn(client);
      if (mark !== undefined) return mark === begun(id) || mark === loaded(id);
      const tables = await tablesOf(client);
      if (tables.some(({ schema }) => schema === "public" || schema === "bullmq")) return false;
      // Several statements sent at once are one transaction: no table without its mark.
      await client.query(`${HISTORY_TABLE}; ${markSql(begun(id))}`);
      return true;
    });
  }

  async load(plan: LoadPlan): Promise<void> {
    await this.refuseNewer(plan);
    const done = (await this.connected(markIn)) === loaded(plan.id);
    if (!done) {
      const names = new Set(plan.migrations.map(({ name }) => name));
      await migrate(this.connectionString, this.migrationsFolder, (name) => names.has(name));
      await this.connected((client) => fill(client, plan));
    }
    const applied = await migrate(this.connectionString, this.migrationsFolder);
    if (applied.length > 0) plan.tell(`migrated on: ${applied.join(", ")}`);
  }

  async showAgain(since: Micros): Promise<void> {
    await this.connected(async (client) => {
      await client.query(
        `UPDATE projection_state SET done = least(done, wanted - 1), attempts = 0, error = NULL, retry_at = NULL
         WHERE done_at >= timestamptz 'epoch' + $1::bigint * interval '1 microsecond'`,
        [since],
      );
      const { rows } = await client.query("SELECT to_regclass('served_dataset') IS NOT NULL AS there");
      // What readers are shown is made anew from the ledger, whatever the folder holds.
      if (rows[0]?.there) await client.query("UPDATE served_dataset SET served = 0");
    });
  }

  async release(): Promise<void> {
    await this.connected((client) => client.query(`COMMENT ON TABLE "_prisma_migrations" IS NULL`));
  }

  private async refuseNewer({ migrations }: LoadPlan): Promise<void> {
    const known = await readMigrations(this.migrationsFolder);
    for (const { name, checksum } of migrations) {
      const mine = known.find((each) => each.name === name);
      if (!mine)
        throw new Invalid(
          `the backup is of a newer Ionbeam (migration ${name} is not known here): restore it with that version`,
        );
      if (mine.checksum !== checksum)
        throw new Invalid(
          `the backup's migration ${name} is not the one of this Ionbeam: restore it with the version that made it`,
        );
    }
  }

  private connected<T>(body: (client: pg.Client) => Promise<T>): Promise<T> {
    return withClient({ connectionString: this.connectionString }, body);
  }
}

const begun = (id: string) => `ionbeam restore ${id} begun`;
const loaded = (id: string) => `ionbeam restore ${id} loaded`;
const markSql = (mark: string) => `COMMENT ON TABLE "_prisma_migrations" IS ${pg.escapeLiteral(mark)}`;

async function markIn(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ mark: string | null }>(
    "SELECT obj_description(to_regclass('_prisma_migrations'), 'pg_class') AS mark",
  );
  return rows[0]?.mark ?? undefined;
}

/** All tables in one transaction with the mark: there is no database that holds half of a dump. */
async function fill(client: pg.Client, plan: LoadPlan): Promise<void> {
  await client.query("BEGIN");
  const present = new Map((await tablesOf(client)).map((table) => [`${table.schema}.${table.name}`, table]));
  for (const table of plan.tables) {
    const columns = present.get(`public.${table.name}`)?.columns;
    const lacking = table.columns.find((column) => !columns?.includes(column));
    if (!columns || lacking !== undefined)
      throw new Invalid(
        `the backup does not fit its own migrations: ${table.name}${lacking ? `.${lacking}` : ""} is not made by them`,
      );
  }
  if (plan.tables.length > 0)
    await client.query(`TRUNCATE ${plan.tables.map(({ name }) => pg.escapeIdentifier(name)).join(", ")}`);
  for (const table of plan.tables) {
    const rows = await fillTable(client, table, plan);
    if (rows !== table.rows)
      throw new Invalid(
        `the backup is damaged: ${table.name} has ${rows} rows and should have ${table.rows}`,
      );
    plan.tell(`${table.name}: ${rows} rows`);
  }
  for (const { name, value, called } of plan.sequences)
    await client.query("SELECT setval($1::regclass, $2::bigint, $3)", [
      pg.escapeIdentifier(name),
      value,
      called,
    ]);
  await client.query(markSql(loaded(plan.id)));
  await client.query("COMMIT");
}

async function fillTable(client: pg.Client, table: DumpedTable, plan: LoadPlan): Promise<number> {
  const columns = table.columns.map(pg.escapeIdentifier).join(", ");
  const name = pg.escapeIdentifier(table.name);
  let rows = 0;
  for await (const lines of plan.rows(table)) {
    const { rowCount } = await client.query(
      `INSERT INTO ${name} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM json_populate_recordset(NULL::${name}, $1::json)`,
      [`[${lines.join(",")}]`],
    );
    rows += rowCount ?? 0;
  }
  return rows;
}

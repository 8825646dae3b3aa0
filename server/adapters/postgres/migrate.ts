import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type pg from "pg";
import { Invalid } from "../../errors";
import { withClient } from "./with-client";

/** A migration of the program. */
export type Migration = { readonly name: string; readonly sql: string; readonly checksum: string };

/** A row of `_prisma_migrations`. */
export type AppliedMigration = {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
  readonly rolled_back_at: Date | null;
};

/** The key that Prisma's schema engine locks with pg_advisory_lock, so `prisma migrate deploy` and we exclude each other. */
const PRISMA_LOCK = 72_707_369;

/** Prisma's own table, column for column. */
export const HISTORY_TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

/** Reads `<folder>/<time>_<name>/migration.sql`, in order. The checksum is Prisma's: SHA-256 of the file. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((each) => each.isDirectory()).map((each) => each.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const bytes = await readFile(path.join(folder, name, "migration.sql"));
      return {
        name,
        sql: bytes.toString("utf8"),
        checksum: createHash("sha256").update(bytes).digest("hex"),
      };
    }),
  );
}

/**
 * Which migrations are to be applied, in order.
 * @throws Invalid when the database is newer than the program, or its history is not the program's.
 */
export function dueMigrations(known: readonly Migration[], rows: readonly AppliedMigration[]): Migration[] {
  const applied = rows.filter((row) => row.rolled_back_at === null);
  for (const row of applied) {
    const migration = known.find((each) => each.name === row.migration_name);
    if (!migration) {
      throw new Invalid(
        `The database was migrated by a newer Ionbeam (${row.migration_name} is not known here): start that version, or use another data folder.`,
      );
    }
    if (row.finished_at === null) {
      throw new Invalid(
        `Migration ${row.migration_name} was begun by another program and did not finish: mend it with \`prisma migrate resolve\`.`,
      );
    }
    if (migration.checksum !== row.checksum) {
      throw new Invalid(
        `Migration ${row.migration_name} was changed after it was applied: restore its migration.sql, and put the change into a new migration.`,
      );
    }
  }
  const due = known.filter((each) => !applied.some((row) => row.migration_name === each.name));
  const newest = applied
    .map((row) => row.migration_name)
    .sort()
    .at(-1);
  const late = due.find((each) => newest !== undefined && each.name < newest);
  if (late) {
    throw new Invalid(
      `Migration ${late.name} is older than ${newest}, which is applied already: give it a later time in its name.`,
    );
  }
  return due;
}

/**
 * Brings the database at `connectionString` to the state of the migrations in `folder`. Each is one transaction with
 * its mark, so a crash leaves it applied or not; several programs may do this at once.
 * @param wanted stops short of the others: a backup is loaded into the tables of the program that made it.
 * @returns the names of those applied now.
 * @throws Invalid in the cases of {@link dueMigrations}, and when a migration fails.
 */
export async function migrate(
  connectionString: string,
  folder: string,
  wanted: (name: string) => boolean = () => true,
): Promise<string[]> {
  const known = (await readMigrations(folder)).filter(({ name }) => wanted(name));
  return withClient({ connectionString }, async (client) => {
    await client.query("SELECT pg_advisory_lock($1)", [PRISMA_LOCK]);
    await client.query(HISTORY_TABLE);
    const { rows } = await client.query<AppliedMigration>(
      `SELECT migration_name, checksum, finished_at, rolled_back_at FROM "_prisma_migrations" ORDER BY started_at`,
    );
    const due = dueMigrations(known, rows);
    for (const migration of due) await apply(client, migration);
    return due.map((each) => each.name);
  });
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query("BEGIN");
    await client.query(sql);
    await client.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, logs, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, '', now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    const reason = error instanceof Error ? error.message : String(error);
    throw new Invalid(`Migration ${name} fails, and nothing of it was kept: ${reason}.`, { cause: error });
  }
}

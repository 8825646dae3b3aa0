import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { migrate } from "./migrate";
import { databaseOf, testDatabase } from "./testing";

type Server = Awaited<ReturnType<typeof testDatabase>>;

let server: Server;
let address: string;
let folder: string;

async function query<Row extends pg.QueryResultRow>(connectionString: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client
    .query<Row>(sql)
    .then((result) => result.rows)
    .finally(() => client.end());
}

function write(name: string, sql: string): void {
  mkdirSync(path.join(folder, name), { recursive: true });
  writeFileSync(path.join(folder, name, "migration.sql"), sql);
}

beforeEach(async () => {
  server = await testDatabase();
  // An empty database beside the migrated one: these tests bring their own migrations.
  const name = `${new URL(server.connectionString).pathname.slice(1)}_m`;
  await query(databaseOf(server.connectionString, "postgres"), `CREATE DATABASE ${name}`);
  address = databaseOf(server.connectionString, name);
  folder = mkdtempSync(path.join(os.tmpdir(), "ionbeam-migrations-"));
  write("20260101000000_init", "CREATE TABLE a (id int); INSERT INTO a VALUES (1);");
  write("20260102000000_second", "CREATE TABLE b (id int);");
});

afterEach(async () => {
  const name = new URL(address).pathname.slice(1);
  await query(databaseOf(server.connectionString, "postgres"), `DROP DATABASE ${name} WITH (FORCE)`);
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("migrate", () => {
  it("applies what is due, once, and records it as Prisma does", async () => {
    expect(await migrate(address, folder)).toEqual(["20260101000000_init", "20260102000000_second"]);
    expect(await migrate(address, folder)).toEqual([]);
    const rows = await query<Record<string, unknown>>(
      address,
      `SELECT migration_name, length(checksum) AS checksum, applied_steps_count AS steps, finished_at >= started_at AS finished,
              rolled_back_at AS back FROM _prisma_migrations ORDER BY migration_name`,
    );
    expect(rows).toEqual([
      { migration_name: "20260101000000_init", checksum: 64, steps: 1, finished: true, back: null },
      { migration_name: "20260102000000_second", checksum: 64, steps: 1, finished: true, back: null },
    ]);
  });

  it("keeps nothing of a migration that fails, and what came before it", async () => {
    write("20260103000000_third", "CREATE TABLE c (id int); SELECT 1/0;");
    await expect(migrate(address, folder)).rejects.toThrow(
      /20260103000000_third fails, and nothing of it was kept/,
    );
    const tables = await query<{ name: string }>(
      address,
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
    );
    expect(tables.map((each) => each.name)).toEqual(["_prisma_migrations", "a", "b"]);
    write("20260103000000_third", "CREATE TABLE c (id int);");
    expect(await migrate(address, folder)).toEqual(["20260103000000_third"]);
  });

  it("is applied once by many programs at once", async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => migrate(address, folder)));
    expect(all.flat().sort()).toEqual(["20260101000000_init", "20260102000000_second"]);
  });

  it("refuses a database that a newer program migrated", async () => {
    const newer = `${folder}-newer`;
    cpSync(folder, newer, { recursive: true });
    mkdirSync(path.join(newer, "20270101000000_future"));
    writeFileSync(path.join(newer, "20270101000000_future", "migration.sql"), "CREATE TABLE f (id int);");
    await migrate(address, newer);
    rmSync(newer, { recursive: true });
    await expect(migrate(address, folder)).rejects.toThrow(/newer Ionbeam \(20270101000000_future/);
  });
});

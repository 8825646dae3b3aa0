import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Invalid } from "../../errors";
import type { DumpedTable, LoadPlan } from "../../ports/database-dump";
import { PostgresDump, tablesOf } from "./dump";
import { PostgresLoad } from "./load";
import { migrate, readMigrations } from "./migrate";
import { MIGRATIONS, type TestDatabase, testDatabase } from "./testing";

let from: TestDatabase;
let to: TestDatabase;
let client: pg.Client;
let target: pg.Client;

beforeEach(async () => {
  from = await testDatabase();
  to = await testDatabase();
  [client, target] = [from, to].map(({ connectionString }) => new pg.Client({ connectionString })) as [
    pg.Client,
    pg.Client,
  ];
  await client.connect();
  await target.connect();
  await target.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
});

afterEach(async () => {
  await client.end();
  await target.end();
  await from.close();
  await to.close();
});

/** A whole dump in memory. */
async function dumped(): Promise<LoadPlan & { readonly leftOut: readonly string[] }> {
  const sql = (await readMigrations(MIGRATIONS)).map((each) => each.sql);
  const dump = new PostgresDump(from.connectionString, "/data/files", sql);
  return dump.snapshot(async (snapshot) => {
    const lines = new Map<string, string[]>();
    for (const table of snapshot.tables) {
      const all: string[] = [];
      for await (const batch of snapshot.rows(table)) all.push(...batch);
      lines.set(table.name, all);
    }
    const rowsOf = ({ name }: DumpedTable) => lines.get(name) ?? [];
    return {
      id: "one",
      migrations: snapshot.migrations,
      tables: snapshot.tables.map((table) => ({ ...table, rows: rowsOf(table).length })),
      sequences: snapshot.sequences,
      leftOut: snapshot.leftOut,
      rows: async function* (table) {
        yield rowsOf(table);
      },
      tell: () => undefined,
    };
  });
}

async function contents(database: pg.Client, tables: readonly DumpedTable[]) {
  const all: Record<string, readonly string[]> = {};
  for (const { name } of tables) {
    const { rows } = await database.query(`SELECT row_to_json(t)::text AS line FROM "${name}" t ORDER BY 1`);
    all[name] = rows.map(({ line }) => line);
  }
  return all;
}

/** A row of each table with what its columns' types allow at most. */
async function fill(): Promise<void> {
  const awkward = `'quote" \\ back\u2028 line\nfeed ß \u{1F327} $1'`;
  const value: Record<string, string> = {
    text: awkward,
    uuid: "gen_random_uuid()",
    bigint: "9007199254740993",
    integer: "2147483647",
    boolean: "true",
    jsonb: `'{"a": [1e300, 0.1, null, "\\u2028"], "b": {"c": 12345678901234567890}}'`,
    "timestamp with time zone": "'2026-02-28 23:59:59.999999+00'",
    "double precision": "0.1::float8 + 0.2::float8",
    "text[]": `ARRAY[${awkward}, '', NULL, '{}']`,
  };
  for (const { schema, name, columns } of await tablesOf(client)) {
    if (schema !== "public" || name === "_prisma_migrations") continue;
    const { rows } = await client.query<{ name: string; type: string; serial: boolean }>(
      `SELECT attname AS name, format_type(atttypid, NULL) AS type, pg_get_serial_sequence($1, attname) IS NOT NULL AS serial
       FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
      [`"${name}"`],
    );
    const given = rows.filter((column) => columns.includes(column.name) && !column.serial);
    const values = given.map(
      ({ type }) => value[type] ?? expect.fail(`no value of type ${type} for ${name}`),
    );
    await client.query(
      `INSERT INTO "${name}" (${given.map((column) => `"${column.name}"`).join(", ")}) VALUES (${values.join(", ")})`,
    );
  }
}

describe("a dump of the database", () => {
  it("holds every table, but those that are left out on purpose", async () => {
    await client.query(
      "CREATE SCHEMA bullmq; CREATE TABLE bullmq.jobs (id int); CREATE TABLE foreign_one (id int)",
    );
    const { tables, leftOut } = await dumped();
    // A table that is in neither list, or that no migration makes, is one that a restore would lose.
    expect(leftOut).toEqual(["bullmq.jobs", "public._prisma_migrations", "public.foreign_one"]);
    const all = (await tablesOf(client)).map(({ schema, name }) => `${schema}.${name}`);
    expect([...tables.map(({ name }) => `public.${name}`), ...leftOut].sort()).toEqual([...all].sort());
    expect(tables.length).toBeGreaterThan(20);
  });

  it("gives the same rows back, to the last digit, and numbers go on", async () => {
    await fill();
    const plan = await dumped();
    expect(plan.tables.map(({ rows }) => rows)).toEqual(plan.tables.map(() => 1));
    const load = new PostgresLoad(to.connectionString, MIGRATIONS);
    expect(await load.claim("one")).toBe(true);
    await load.load(plan);
    expect(await contents(target, plan.tables)).toEqual(await contents(client, plan.tables));
    const next = "INSERT INTO audit (who, what, subject) VALUES ('a', 'b', 'c') RETURNING id";
    expect((await target.query(next)).rows).toEqual((await client.query(next)).rows);
  });

  it("of an older program is loaded into its own tables and migrated on", async () => {
    const migrations = await readMigrations(MIGRATIONS);
    const [first] = migrations;
    await client.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    await migrate(from.connectionString, MIGRATIONS, (name) => name === first?.name);
    // What a later migration changes: its map is given to each dataset that used it.
    await client.query(`INSERT INTO variable_map (hash, dataset, version, body, columns) VALUES ('h', 'first', 1, '{}', '[]');
      INSERT INTO source (name, kind, config, enabled, dataset, map_hash, map_version) VALUES ('s', 'k', '{}', true, 'second', 'h', 1)`);
    const plan = await dumped();
    expect(plan.migrations.map(({ name }) => name)).toEqual([first?.name]);
    const load = new PostgresLoad(to.connectionString, MIGRATIONS);
    await load.claim("one");
    await load.load(plan);
    const maps = await target.query("SELECT dataset FROM variable_map ORDER BY 1");
    expect(maps.rows).toEqual([{ dataset: "first" }, { dataset: "second" }]);
    const applied = await target.query("SELECT migration_name AS name FROM _prisma_migrations ORDER BY 1");
    expect(applied.rows.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name));
  });

  it.each([
    [
      "of a newer program",
      (plan: LoadPlan) => ({ ...plan, migrations: [{ name: "2999_later", checksum: "" }] }),
      /newer Ionbeam/,
    ],
    [
      "with a row too few",
      (plan: LoadPlan) => ({ ...plan, tables: plan.tables.map((each) => ({ ...each, rows: 2 })) }),
      /has 1 rows and should have 2/,
    ],
    [
      "with a column that nobody made",
      (plan: LoadPlan) => ({ ...plan, tables: [{ name: "audit", columns: ["other"], rows: 1 }] }),
      /audit\.other/,
    ],
  ])("%s is refused, and nothing of it stays", async (_name, change, sentence) => {
    await fill();
    const load = new PostgresLoad(to.connectionString, MIGRATIONS);
    await load.claim("one");
    const refused = load.load(change(await dumped()));
    await expect(refused).rejects.toThrow(Invalid);
    await expect(refused).rejects.toThrow(sentence);
    const { rows } = await target.query("SELECT to_regclass('audit') IS NOT NULL AS made");
    if (rows[0]?.made) expect((await target.query("SELECT * FROM audit")).rows).toEqual([]);
  });

  it("is one picture, whatever is written meanwhile", async () => {
    await fill();
    const sql = (await readMigrations(MIGRATIONS)).map((each) => each.sql);
    const dump = new PostgresDump(from.connectionString, "/data/files", sql);
    const rows = await dump.snapshot(async (snapshot) => {
      await client.query("INSERT INTO audit (who, what, subject) VALUES ('a', 'b', 'c')");
      const found: string[] = [];
      for await (const batch of snapshot.rows({ name: "audit", columns: ["id"] })) found.push(...batch);
      return found;
    });
    expect(rows).toHaveLength(1);
  });

  it("takes no database in which something is, and finds its own again", async () => {
    const load = new PostgresLoad(to.connectionString, MIGRATIONS);
    expect(await new PostgresLoad(from.connectionString, MIGRATIONS).claim("one")).toBe(false);
    expect(await load.claim("one")).toBe(true);
    expect(await load.claim("one")).toBe(true);
    expect(await load.claim("another")).toBe(false);
  });
});

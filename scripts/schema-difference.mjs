// Says, as JSON, what Prisma's schema engine thinks of a migrated database:
//   { script: SQL that is missing between the database and the schema, "" when they agree,
//     history: how _prisma_migrations and the folder differ, null when they do not, edited: migrations changed since }
// node --experimental-wasm-modules schema-difference.mjs <connection string> <schema file> <migrations folder>
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import { SchemaEngine } from "@prisma/schema-engine-wasm";
import pg from "pg";

const [url, schema, folder] = process.argv.slice(2);
const read = (file) => readFileSync(file, "utf8");

const names = readdirSync(folder, { withFileTypes: true }).filter((each) => each.isDirectory());
const migrationDirectories = names
  .map(({ name }) => ({
    path: name,
    migrationFile: {
      path: "migration.sql",
      content: { tag: "ok", value: read(path.join(folder, name, "migration.sql")) },
    },
  }))
  .sort((a, b) => (a.path < b.path ? -1 : 1));
const lockfile = { path: "migration_lock.toml", content: read(path.join(folder, "migration_lock.toml")) };
const filters = { externalTables: [], externalEnums: [] };

// The engine asks for catalogue columns of the type "char" (oid 18), which the adapter refuses: they pass as text, but
// for the kinds of constraints, which the engine wants as characters.
const [CHAR, TEXT] = [18, 25];
const pool = new pg.Pool({ connectionString: url });
const query = pool.query.bind(pool);
pool.query = async (config) => {
  const result = await query(config);
  for (const field of result.fields ?? []) if (field.dataTypeID === CHAR) field.dataTypeID = TEXT;
  return result;
};
const factory = new PrismaPg(pool);
const connect = factory.connect.bind(factory);
factory.connect = async () => {
  const connection = await connect();
  const queryRaw = connection.queryRaw.bind(connection);
  connection.queryRaw = async (statement) => {
    const result = await queryRaw(statement);
    const kind = result.columnNames.indexOf("constraint_type");
    if (kind !== -1) result.columnTypes[kind] = ColumnTypeEnum.Character;
    return result;
  };
  return connection;
};
const adapter = bindMigrationAwareSqlAdapterFactory(factory);
const engine = await SchemaEngine.new({ datamodels: undefined }, () => {}, adapter);
const diagnosis = await engine.diagnoseMigrationHistory({
  migrationsList: { baseDir: folder, lockfile, shadowDbInitScript: "", migrationDirectories },
  optInToShadowDatabase: false,
  filters,
});
const files = [{ path: schema, content: read(schema) }];
// From the database and not from the migrations: the engine's shadow database is, given a connection string, the
// database itself.
const result = await engine.diff({
  from: { tag: "schemaDatasource", files, configDir: path.dirname(schema) },
  to: { tag: "schemaDatamodel", files },
  script: true,
  exitCode: true,
  shadowDatabaseUrl: null,
  filters,
});
// The engine's exit code 0 is "no difference"; its script is then a comment that says so.
const script = result.exitCode === 0 ? "" : (result.stdout ?? "different");
const report = {
  script,
  history: diagnosis.history,
  edited: diagnosis.editedMigrationNames,
  failed: diagnosis.failedMigrationNames,
  table: diagnosis.hasMigrationsTable,
};
process.stdout.write(JSON.stringify(report), () => process.exit(0));

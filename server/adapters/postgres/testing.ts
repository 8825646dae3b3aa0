import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { variable } from "../../../config/env";
import type { Log } from "../../ports/log";
import { startEmbeddedPostgres } from "./embedded/start";
import { migrate, readMigrations } from "./migrate";

/** A database of one test: fresh, migrated, its own. */
export type TestDatabase = { readonly connectionString: string; close(): Promise<void> };

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
/** Those of this program. */
export const MIGRATIONS = path.join(ROOT, "prisma", "migrations");

/** Held by whoever makes a template; and by the one keeper of a cluster. */
const TEMPLATE_LOCK = 482_001;
export const KEEPER_LOCK = 482_002;
/** Shared by all who use a cluster. Its keeper stops it only when it has this one alone: nobody's templates go between two statements. */
export const USERS_LOCK = 482_003;

const silent: Log = { info() {}, warn() {}, error() {}, with: () => silent };

/**
 * Makes a fresh database with all migrations applied: on the server that IONBEAM_TEST_DATABASE_URL names, else on a
 * throw-away embedded cluster that all test programs of this working tree share. Nobody needs to stop that cluster: its
 * keeper does once no test has used it for half a minute.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const { client: admin, address } = await openServer();
  try {
    const template = await readyTemplate(admin, address);
    const name = `t_${process.pid}_${randomBytes(6).toString("hex")}`;
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
    return {
      connectionString: databaseOf(address, name),
      async close() {
        await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`).catch(() => undefined);
        await admin.end();
      },
    };
  } catch (error) {
    await admin.end();
    throw error;
  }
}

/** A session stays open as long as the database is used: the keeper counts sessions. */
async function openServer(): Promise<{ client: pg.Client; address: string }> {
  const given = variable("IONBEAM_TEST_DATABASE_URL");
  if (given !== undefined) return { client: await connect(given), address: given };
  const end = performance.now() + 300_000;
  for (;;) {
    try {
      const address = await startShared();
      return { client: await connectAsUser(address), address };
    } catch (error) {
      // The keeper may have stopped it in between.
      if (performance.now() > end) throw error;
    }
  }
}

/** @throws Error when the keeper has the cluster for itself, and stops it */
async function connectAsUser(address: string): Promise<pg.Client> {
  const client = await connect(address);
  try {
    await client.query("SELECT pg_advisory_lock_shared($1)", [USERS_LOCK]);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

async function startShared(): Promise<string> {
  const key = createHash("sha256").update(ROOT).digest("hex").slice(0, 8);
  const dataDir = path.join(os.tmpdir(), `ionbeam-test-${os.userInfo().uid}-${key}`);
  mkdirSync(dataDir, { recursive: true });
  const settings = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: 200 };
  const postgres = await startEmbeddedPostgres({ dataDir, log: silent, settings });
  const address = databaseOf(postgres.connectionString, "postgres");
  await startKeeper(address, dataDir);
  return address;
}

async function startKeeper(address: string, dataDir: string): Promise<void> {
  const client = await connect(address);
  const { rowCount } = await client.query(
    "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = $1",
    [KEEPER_LOCK],
  );
  await client.end();
  if (rowCount !== 0) return;
  const program = fileURLToPath(new URL("./testing-keeper.ts", import.meta.url));
  spawn(process.execPath, ["--import", "tsx", program, address, dataDir], {
    cwd: ROOT,
    detached: true,
    stdio: "ignore",
  }).unref();
}

async function readyTemplate(admin: pg.Client, address: string): Promise<string> {
  const migrations = existsSync(MIGRATIONS) ? await readMigrations(MIGRATIONS) : [];
  const hash = createHash("sha256").update(migrations.map((each) => each.name + each.checksum).join("\n"));
  const name = `template_${hash.digest("hex").slice(0, 12)}`;
  await admin.query("SELECT pg_advisory_lock($1)", [TEMPLATE_LOCK]);
  try {
    const { rowCount } = await admin.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (rowCount !== 0) return name;
    const unfinished = `${name}_new`;
    await admin.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
    await admin.query(`CREATE DATABASE ${unfinished}`);
    if (migrations.length > 0) await migrate(databaseOf(address, unfinished), MIGRATIONS);
    await admin.query(`ALTER DATABASE ${unfinished} RENAME TO ${name}`);
    return name;
  } finally {
    await admin.query("SELECT pg_advisory_unlock($1)", [TEMPLATE_LOCK]);
  }
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** The same server's other database. */
export function databaseOf(address: string, name: string): string {
  const url = new URL(address);
  url.pathname = `/${name}`;
  return url.toString();
}

/**
 * The program that stops the shared cluster of the tests (see testing.ts) once nobody has had a session on it for
 * half a minute. Test programs get killed; this one outlives them.
 * Arguments: address of the cluster's database `postgres`, its data folder.
 */
import { realpathSync } from "node:fs";
import pg from "pg";
import { findBinaries } from "./embedded/binaries";
import { placeCluster } from "./embedded/place";
import { readPidFile, stopPostmaster } from "./embedded/postmaster";
import { KEEPER_LOCK, USERS_LOCK } from "./testing";

const IDLE_MS = 30_000;

async function keep(address: string, dataDir: string): Promise<void> {
  const client = new pg.Client({ connectionString: address, application_name: "ionbeam test keeper" });
  client.on("error", () => process.exit(1));
  await client.connect();
  const lock = await client.query<{ mine: boolean }>("SELECT pg_try_advisory_lock($1) AS mine", [
    KEEPER_LOCK,
  ]);
  if (!lock.rows[0]?.mine) process.exit(0);
  do await idle(client);
  while (!(await isAlone(client)));
  const { rows } = await client.query<{ name: string }>(
    "SELECT datname AS name FROM pg_database WHERE datname ~ '^(t|template)_'",
  );
  for (const { name } of rows) await client.query(`DROP DATABASE IF EXISTS ${name}`).catch(() => undefined);
  client.removeAllListeners("error");
  client.on("error", () => undefined);
  const { cluster } = placeCluster(realpathSync(dataDir), findBinaries().major);
  const pid = readPidFile(cluster)?.pid;
  if (pid !== undefined) await stopPostmaster(cluster, pid);
  process.exit(0);
}

/** Resolves when nobody has had a session for so long. */
async function idle(client: pg.Client): Promise<void> {
  let since = performance.now();
  while (performance.now() - since < IDLE_MS) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const { rowCount } = await client.query(
      "SELECT 1 FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
    );
    if (rowCount !== 0) since = performance.now();
  }
}

/** Whether nobody came since; from then on whoever comes waits for the end, and starts it anew. */
async function isAlone(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ mine: boolean }>("SELECT pg_try_advisory_lock($1) AS mine", [
    USERS_LOCK,
  ]);
  return rows[0]?.mine === true;
}

const [address = "", dataDir = ""] = process.argv.slice(2);
await keep(address, dataDir);

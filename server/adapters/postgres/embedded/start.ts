import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { Transient } from "../../../errors";
import type { Log } from "../../../ports/log";
import { isAlive, waitUntil } from "../../../process-table";
import { withClient } from "../with-client";
import { findBinaries, readyBinaries } from "./binaries";
import { initialiseCluster } from "./cluster";
import { addressOf, makeFolders, type Place, placeCluster } from "./place";
import {
  ask,
  isPostmasterOf,
  isStopping,
  killLeftBehind,
  readPidFile,
  type Settings,
  settingsOf,
  spawnPostmaster,
  stopPostmaster,
} from "./postmaster";
import { explainFolder, explainOutput } from "./refusal";

/** Recovery after a crash replays at most max_wal_size of log; this is far beyond it. */
const START_DEADLINE_MS = 120_000;
const DATABASE = "ionbeam";
/** A checkpoint of all that is in memory ends within it. */
const STOPPING_PATIENCE_MS = 20_000;

export type EmbeddedPostgres = {
  /** Address of the database `ionbeam`, for `pg`, Prisma, BullMQ and libpq. */
  readonly connectionString: string;
  /** The postmaster's process id. */
  readonly pid: number;
  /** Whether it ran already. */
  readonly adopted: boolean;
  /** Whether it has begun to end, asked to by somebody else. Reads one small file. */
  stopping(): boolean;
  /** Folder of the cluster: under the data folder, or where root had to put it. */
  readonly home: string;
  /** Ends it; at the latest `fastMs` + 3 s later nothing of it runs. */
  stop(fastMs?: number): Promise<void>;
};

export type StartOptions = {
  /** An existing folder. */
  readonly dataDir: string;
  readonly log: Log;
  /** Server settings over ours. */
  readonly settings?: Settings;
};

/**
 * Starts the PostgreSQL of a data folder, or adopts the one that runs there, and waits until it answers.
 * @throws Invalid when the folder cannot hold it (full, read-only, somebody else's), Transient when it does not answer.
 */
export async function startEmbeddedPostgres({
  dataDir,
  log,
  settings,
}: StartOptions): Promise<EmbeddedPostgres> {
  const binaries = findBinaries();
  const place = placeCluster(dataDir, binaries.major);
  const logFile = path.join(dataDir, "logs", "postgresql.log");
  try {
    await prepare(place, logFile, log);
    const bin = await readyBinaries(binaries, place.home, place.account);
    const end = performance.now() + START_DEADLINE_MS;
    while (performance.now() < end) {
      const adopted = await adopt(place);
      const pid = adopted ?? (await start(place, bin, logFile, settings));
      if (pid === undefined) continue;
      const socketDir = readPidFile(place.cluster)?.socketDir || place.socketDir;
      const found = { ...place, socketDir };
      await createDatabase(found).catch(async (error) => {
        if (adopted === undefined) await stopPostmaster(place.cluster, pid);
        throw error;
      });
      log.info("PostgreSQL answers", { pid, adopted: adopted !== undefined, cluster: place.cluster });
      return {
        connectionString: addressOf(found, DATABASE),
        pid,
        adopted: adopted !== undefined,
        stopping: () => isStopping(place.cluster),
        home: place.home,
        stop: async (fastMs) => {
          await stopPostmaster(place.cluster, pid, fastMs);
          // A short one under the system's temporary folder is nothing that anybody would clean up.
          if (!socketDir.startsWith(place.home)) rmSync(socketDir, { recursive: true, force: true });
        },
      };
    }
  } catch (error) {
    throw explainFolder(error, place.home);
  }
  throw new Transient(`The embedded PostgreSQL in ${place.cluster} does not answer: see ${logFile}.`);
}

/**
 * The address of a data folder's database, for programs that only connect (the CLI).
 * @returns undefined when the embedded PostgreSQL does not run there.
 */
export function connectionString(dataDir: string): string | undefined {
  try {
    const place = placeCluster(realpathSync(dataDir), findBinaries().major);
    const pidFile = readPidFile(place.cluster);
    if (!pidFile || !isPostmasterOf(place.cluster, pidFile.pid)) return undefined;
    return addressOf({ ...place, socketDir: pidFile.socketDir || place.socketDir }, DATABASE);
  } catch {
    return undefined;
  }
}

/** Stops the embedded PostgreSQL of a data folder, whoever started it, whether or not it answers. */
export async function stopEmbeddedPostgres(dataDir: string, fastMs?: number): Promise<void> {
  const { cluster } = placeCluster(dataDir, findBinaries().major);
  const pid = readPidFile(cluster)?.pid;
  if (pid !== undefined) await stopPostmaster(cluster, pid, fastMs);
}

async function prepare(place: Place, logFile: string, log: Log): Promise<void> {
  await setAside(place, log);
  makeFolders(place);
  mkdirSync(path.dirname(logFile), { recursive: true });
}

/** The database of a data folder that was deleted since must not meet the empty one at the same path. */
async function setAside({ marker, home, cluster }: Place, log: Log): Promise<void> {
  if (marker === undefined || existsSync(marker)) return;
  if (existsSync(cluster)) {
    const pid = readPidFile(cluster)?.pid;
    if (pid !== undefined) await stopPostmaster(cluster, pid);
    const aside = `${home}.left-${Math.round(statSync(cluster).ctimeMs)}`;
    renameSync(home, aside);
    log.warn("the database of a data folder that is gone was set aside", { folder: aside });
  }
  writeFileSync(marker, `${home}\n`);
}

/** The id of the postmaster that runs on the cluster and answers; undefined when none does (any more). */
async function adopt(place: Place): Promise<number | undefined> {
  const pidFile = readPidFile(place.cluster);
  if (!pidFile) return undefined;
  const { pid } = pidFile;
  if (isStopping(place.cluster) && isPostmasterOf(place.cluster, pid)) {
    await stopPostmaster(place.cluster, pid, STOPPING_PATIENCE_MS);
    return undefined;
  }
  if (!isPostmasterOf(place.cluster, pid)) {
    // PostgreSQL removes stale pid files itself, except when another program of the same user has the id by now.
    if (isAlive(pid)) rmSync(path.join(place.cluster, "postmaster.pid"), { force: true });
    return undefined;
  }
  let silentSince: number | undefined;
  let answered = false;
  await waitUntil(async () => {
    const socketDir = readPidFile(place.cluster)?.socketDir || place.socketDir;
    const answer = await ask(addressOf({ ...place, socketDir }, "postgres"));
    answered = answer === "ready";
    if (answer !== "unreachable") silentSince = undefined;
    else silentSince ??= performance.now();
    const silent = silentSince !== undefined && performance.now() - silentSince > 5_000;
    return answered || silent || !isPostmasterOf(place.cluster, pid);
  }, START_DEADLINE_MS);
  if (answered) return pid;
  // Its socket is gone (a cleaned /tmp, a moved folder): it serves nobody.
  await stopPostmaster(place.cluster, pid);
  return undefined;
}

/** Starts a postmaster. Returns its id once it answers; undefined when another start was faster, or to try again. */
async function start(
  place: Place,
  bin: string,
  logFile: string,
  extra: Settings | undefined,
): Promise<number | undefined> {
  await initialiseCluster(place, bin);
  const started = await spawnPostmaster(place, bin, settingsOf(place, extra), logFile);
  const address = addressOf(place, "postgres");
  let answered = false;
  await waitUntil(async () => {
    answered = (await ask(address)) === "ready";
    return answered || started.exited();
  }, START_DEADLINE_MS);
  // Another start's postmaster answers on the same socket, while ours is about to find that out.
  if (answered) return readPidFile(place.cluster)?.pid === started.pid ? started.pid : undefined;
  if (!started.exited()) return undefined;
  const output = started.output();
  if (/lock file "postmaster.pid" already exists/.test(output)) return undefined;
  if (/pre-existing shared memory block/.test(output)) {
    killLeftBehind(place.cluster, "SIGQUIT");
    await waitUntil(() => false, 200);
    return undefined;
  }
  throw explainOutput(output, place.home, logFile);
}

async function createDatabase(place: Place): Promise<void> {
  try {
    await withClient({ connectionString: addressOf(place, "postgres") }, async (client) => {
      const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [DATABASE]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
    });
  } catch (error) {
    // Two starts at once: the other one made it (duplicate_database, unique_violation).
    const made = error instanceof pg.DatabaseError && (error.code === "42P04" || error.code === "23505");
    if (!made) throw error;
  }
}

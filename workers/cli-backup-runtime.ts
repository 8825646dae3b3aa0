import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Environment, readEnvironment } from "../config/env";
import { readSettings, type Settings } from "../config/settings";
import { PostgresDump } from "../server/adapters/postgres/dump";
import {
  connectionString as embeddedAddress,
  startEmbeddedPostgres,
} from "../server/adapters/postgres/embedded/start";
import { PostgresLoad } from "../server/adapters/postgres/load";
import { readMigrations } from "../server/adapters/postgres/migrate";
import { takeOwnership } from "../server/adapters/postgres/ownership";
import { PostgresRecovery } from "../server/adapters/postgres/recovery";
import { type BackupAnswer, type BackupRequest, createBackup } from "../server/backup/backup";
import { recoverFiles } from "../server/backup/recover-files";
import { type RestorePorts, restoreBackup } from "../server/backup/restore";
import type { RestoreAnswer } from "../server/backup/verify";
import { errorText, IonbeamError, NotFound, Transient } from "../server/errors";
import { failPoint } from "../server/fail-point";
import { installOnce } from "../server/installation/install";
import { planInstallation } from "../server/installation/plan";
import { openRuntime } from "../server/runtime";
import { armFromEnvironment } from "./fail-points";
import { jsonLog } from "./journal";
import { type RecoverAnswer, recoverLedger } from "./recover";
import type { RecoverPorts } from "./recover-deliveries";

export { verifyBackup } from "../server/backup/verify";

const MIGRATIONS = fileURLToPath(new URL("../prisma/migrations", import.meta.url));

type Tell = (progress: string) => void;

/** Backs up the data folder of the environment, whether its program runs or not. */
export async function backUpDataFolder(
  request: BackupRequest,
  tell: Tell,
  signal: AbortSignal,
): Promise<BackupAnswer> {
  armFromEnvironment();
  const env = readEnvironment();
  if (!existsSync(path.join(env.dataDir, "files")) && env.databaseUrl === undefined)
    throw new NotFound(`there is no data folder at ${env.dataDir}: set IONBEAM_DATA_DIR`);
  const filesRoot = path.join(env.dataDir, "files");
  const migrations = (await readMigrations(MIGRATIONS)).map(({ sql }) => sql);
  const back = (address: string) =>
    createBackup(request, {
      dump: new PostgresDump(address, filesRoot, migrations),
      dataDir: env.dataDir,
      filesRoot,
      failPoint,
      tell,
      signal,
    });
  const running = env.databaseUrl ?? embeddedAddress(env.dataDir);
  return running === undefined ? withOwnDatabase(env, back) : back(running);
}

/** Fills the data folder of the environment, and its database. */
export async function restoreDataFolder(
  folder: string,
  tell: Tell,
  signal: AbortSignal,
  id?: string,
): Promise<RestoreAnswer> {
  armFromEnvironment();
  const env = readEnvironment();
  const ports: RestorePorts = {
    dataDir: env.dataDir,
    withDatabase: (body) => withOwnDatabase(env, (address) => body(new PostgresLoad(address, MIGRATIONS))),
    failPoint,
    tell,
    signal,
  };
  return restoreBackup(folder, ports, id);
}

/** Makes the ledger of the data folder of the environment again from its files, or from those of another folder, which are copied. */
export async function recoverDataFolder(
  files: string,
  tell: Tell,
  signal: AbortSignal,
): Promise<RecoverAnswer> {
  armFromEnvironment();
  const env = readEnvironment();
  const settings = env.configPath === undefined ? undefined : await readSettings(env.configPath);
  return recoverFiles(files, env.dataDir, {
    withDatabase: (body) =>
      withOwnDatabase(env, (address) => body(new PostgresLoad(address, MIGRATIONS), address)),
    recover: (address) => recoverOn(address, env, settings, { failPoint, tell, signal }),
    tell,
    signal,
  });
}

async function recoverOn(
  connectionString: string,
  env: Environment,
  settings: Settings | undefined,
  ports: Pick<RecoverPorts, "failPoint" | "tell" | "signal">,
): Promise<RecoverAnswer> {
  const log = jsonLog(() => undefined, Date.now);
  const runtime = await openRuntime(
    {
      dataDir: env.dataDir,
      connectionString,
      connections: 4,
      duckdbMemory: env.duckdbMemory,
      secretKey: env.secretKey,
    },
    log,
  );
  try {
    const plan = planInstallation(settings, runtime.sourcePlugins, runtime.projectionPlugins);
    const install = async () => {
      await installOnce(plan, runtime.sourcePlugins, runtime.clock.now(), runtime);
    };
    return await recoverLedger({
      runtime,
      recovery: new PostgresRecovery(runtime.transactions),
      install,
      ...ports,
    });
  } finally {
    await runtime.close();
  }
}

/**
 * The database of a data folder on which no program runs; a start meanwhile is refused.
 * @throws Conflict when one runs
 */
async function withOwnDatabase<T>(env: Environment, body: (address: string) => Promise<T>): Promise<T> {
  const log = jsonLog(() => undefined, Date.now);
  const postgres =
    env.databaseUrl === undefined ? await startEmbeddedPostgres({ dataDir: env.dataDir, log }) : undefined;
  try {
    const address = postgres?.connectionString ?? env.databaseUrl ?? "";
    const what = postgres ? `the data folder ${env.dataDir}` : "this database";
    const ownership = await takeOwnership(address, what, () => undefined).catch((error: unknown) => {
      if (error instanceof IonbeamError) throw error;
      throw new Transient(`${what} does not answer (${errorText(error)}): start it, or correct DATABASE_URL`);
    });
    try {
      return await body(address);
    } finally {
      await ownership.release();
    }
  } finally {
    await postgres?.stop();
  }
}

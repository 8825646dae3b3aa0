import { readEnvironment } from "../config/env";
import { connectionString as embeddedAddress } from "../server/adapters/postgres/embedded/start";
import { isDiskFull, Transient } from "../server/errors";
import { openRuntime, type Runtime, type Verbs } from "../server/runtime";
import { jsonLog } from "./journal";

/** The verbs on the data folder of a running Ionbeam. @throws Transient when none runs there */
export async function openForCommandLine(): Promise<{ verbs: Verbs; close: () => Promise<void> }> {
  const env = readEnvironment();
  const connectionString = env.databaseUrl ?? embeddedAddress(env.dataDir);
  if (connectionString === undefined) {
    throw new Transient(
      `Ionbeam does not run on ${env.dataDir}: start it with npm start, or set IONBEAM_DATA_DIR to the folder of a running one`,
    );
  }
  // Standard output is for the answer: what is logged goes to standard error.
  const log = jsonLog((line) => process.stderr.write(line), Date.now);
  const runtime = await openRuntime(
    {
      dataDir: env.dataDir,
      connectionString,
      connections: 2,
      contact: env.contact,
      duckdbMemory: env.duckdbMemory,
      secretKey: env.secretKey,
    },
    log,
  );
  await refuseUnready(runtime, env.databaseUrl).catch(async (error: unknown) => {
    await runtime.close();
    throw error;
  });
  return { verbs: runtime.verbs, close: runtime.close };
}

/** @throws Transient when the database does not answer, or holds nothing of Ionbeam yet */
async function refuseUnready(runtime: Runtime, given: string | undefined): Promise<void> {
  const where = given === undefined ? "this data folder" : new URL(given).host;
  const orAddress = given === undefined ? "" : ", or correct DATABASE_URL";
  const question = "SELECT to_regclass('source') IS NOT NULL AS ready";
  const [row] = await runtime.transactions
    .rows<{ ready: boolean }>(undefined, question)
    .catch((error: unknown) => {
      if (isDiskFull(error)) throw error;
      throw new Transient(
        `the database of ${where} does not answer: start Ionbeam with npm start${orAddress}; where it runs, the database is back by itself in a moment`,
        { cause: error },
      );
    });
  if (row?.ready) return;
  throw new Transient(
    `the database of ${where} holds nothing of Ionbeam yet: start it once with npm start${orAddress}`,
  );
}

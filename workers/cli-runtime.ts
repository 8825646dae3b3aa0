import { readEnvironment } from "../config/env";
import { connectionString as embeddedAddress } from "../server/adapters/postgres/embedded/start";
import { Transient } from "../server/errors";
import { openRuntime, type Verbs } from "../server/runtime";
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
  const runtime = await openRuntime({ dataDir: env.dataDir, connectionString, connections: 2 }, log);
  return { verbs: runtime.verbs, close: runtime.close };
}

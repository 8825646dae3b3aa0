import { startEmbeddedPostgres } from "../server/adapters/postgres/embedded/start";
import { HOUR, type Micros } from "../server/observation/time";
import { signalProcess } from "../server/process-table";
import { openTestLine } from "../workers/line.testing";
import { log } from "./line";
import type { Figure } from "./measurement";

const MOST_SECONDS = 5;

/** Where a line lives. */
export interface Home {
  readonly folder: string;
  readonly connectionString: string;
  /** The source `ioncannon`, without a schedule. */
  readonly yaml: string;
}

/**
 * Kills PostgreSQL and the worker while they collect, and starts both again.
 * @param from begin of the hours that are collected, µs
 * @returns the time from the start of PostgreSQL until the worker has taken up work, and how to stop that PostgreSQL
 */
export async function crash(home: Home, postmaster: number, from: Micros) {
  await killAtWork(home, postmaster, from);
  const since = performance.now();
  const seconds = () => (performance.now() - since) / 1000;
  const postgres = await startEmbeddedPostgres({ dataDir: home.folder, log });
  const recovered = seconds();
  const again = await openTestLine(home.yaml, { ...home, connectionString: postgres.connectionString });
  try {
    // Each piece of work that is taken up raises its fence.
    const fences = async () =>
      (await again.db.rows<{ n: number }>(undefined, "SELECT sum(fence)::bigint AS n FROM inbox"))[0]?.n ?? 0;
    const before = await fences();
    again.start();
    await again.until(async () => (await fences()) > before, "the worker's work after the crash");
    const figure: Figure = {
      what: "start after a crash, until the worker works",
      value: seconds(),
      unit: "s",
      atMost: MOST_SECONDS,
      detail: `PostgreSQL ${recovered.toFixed(1)} s; it and the worker were killed by SIGKILL while collecting`,
    };
    return { figure, stop: postgres.stop };
  } finally {
    await again.close();
  }
}

async function killAtWork(home: Home, postmaster: number, from: Micros): Promise<void> {
  const line = await openTestLine(home.yaml, home);
  line.start();
  await line.until(async () => (await line.runtime.views.sources()).length > 0, "the first content");
  for (let hour = 0; hour < 4; hour += 1) {
    const range = { start: from + hour * HOUR, end: from + (hour + 1) * HOUR };
    await line.runtime.verbs.runSource({ name: "ioncannon", ...range, requestKey: `crash ${hour}` });
  }
  const leased =
    "SELECT count(*)::bigint AS n FROM inbox WHERE settled_at IS NULL AND lease_until > clock_timestamp()";
  const atWork = async () => ((await line.db.rows<{ n: number }>(undefined, leased))[0]?.n ?? 0) > 0;
  await line.until(atWork, "work in flight");
  signalProcess(postmaster, "SIGKILL");
  await line.kill();
  await line.close();
}

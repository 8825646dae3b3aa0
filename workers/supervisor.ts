/**
 * The supervisor: checks the settings, takes the lock on the data, starts PostgreSQL where one is needed, migrates,
 * runs the worker and the web, and ends them in order. `--check` does the checks alone.
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Environment, readEnvironment } from "../config/env";
import { readSettings, refuseMissingAdapters } from "../config/settings";
import { prepareDataFolder } from "../server/adapters/postgres/embedded/data-folder";
import {
  connectionString as embeddedAddress,
  startEmbeddedPostgres,
  stopEmbeddedPostgres,
} from "../server/adapters/postgres/embedded/start";
import { migrate } from "../server/adapters/postgres/migrate";
import {
  findOwner,
  type Owner,
  type Ownership,
  refusal,
  takeOwnership,
} from "../server/adapters/postgres/ownership";
import { errorText, IonbeamError, Transient } from "../server/errors";
import type { Log } from "../server/ports/log";
import { waitUntil } from "../server/process-table";
import { type Halt, type Halting, haltOnSignals } from "./halt";
import { appendTo, jsonLog, turnOver } from "./journal";
import { checkPort } from "./port";
import { endLeftovers, isRunning, readRoster, removeRoster } from "./roster";
import { type Programs, supervisedChildren } from "./supervised-children";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const PROGRAMS: Programs = {
  worker: path.join(ROOT, "workers", "main.ts"),
  web: path.join(ROOT, "workers", "web.ts"),
};

// All of it within 10 s: children together, then PostgreSQL, which may need up to 3 s more than its fast stop.
const CHILD_PATIENCE_MS = 5_000;
const LOST_PATIENCE_MS = 2_000;
const FAST_STOP_MS = 1_500;
const EARLY_STOP_MS = 4_000;

const LOG_LIMIT_BYTES = 20_000_000;
const TURN_OVER_MS = 600_000;
const MANY_LOSSES = 5;
const RETRY_MS = 2_000;

/** A database in our hands: running, ours, migrated. */
type Session = {
  readonly address: string;
  readonly ownership: Ownership;
  /** Resolves when the database goes away by itself. */
  readonly lost: Promise<"lost">;
  /** Where PostgreSQL's files are, when it is the embedded one. */
  readonly home: string | undefined;
  stop(): Promise<void>;
};

/**
 * What can be found wrong before anything is started or built.
 * @throws IonbeamError with the sentence for the person who started us.
 */
export async function check(env: Environment): Promise<void> {
  if (env.configPath !== undefined) await checkSettings(env.configPath);
  await prepareDataFolder(env.dataDir);
  await refuseSecond(env);
  if (env.port !== 0) await checkPort(env.host, env.port);
}

/** All that can be wrong with the YAML, down to the blocks of sources: said before the long build, not after it. */
async function checkSettings(file: string): Promise<void> {
  const settings = await readSettings(file);
  refuseMissingAdapters(settings);
  const [{ planInstallation }, { sourcePlugins }, { projectionPlugins }] = await Promise.all([
    import("../server/installation/plan"),
    import("../server/source/index"),
    import("../server/projection/index"),
  ]);
  planInstallation(settings, sourcePlugins, projectionPlugins);
}

async function refuseSecond(env: Environment): Promise<void> {
  const what = `the data folder ${env.dataDir}`;
  const roster = readRoster(env.dataDir);
  if (roster && isRunning(roster.supervisor)) {
    if (roster.state === "stopping") await waitUntil(() => !isRunning(roster.supervisor), 12_000, 100);
    if (isRunning(roster.supervisor)) {
      const state = roster.address === null ? "starting" : { address: roster.address };
      throw refusal({ pid: roster.supervisor.pid, host: "this machine", state } satisfies Owner, what);
    }
  }
  if (roster) await endLeftovers(roster);
  const address = env.databaseUrl ?? embeddedAddress(env.dataDir);
  const owner = address === undefined ? undefined : await findOwner(address);
  if (owner) throw refusal(owner, env.databaseUrl === undefined ? what : "this database");
}

async function openDatabase(env: Environment, log: Log): Promise<Session> {
  const postgres =
    env.databaseUrl === undefined ? await startEmbeddedPostgres({ dataDir: env.dataDir, log }) : undefined;
  const address = postgres?.connectionString ?? env.databaseUrl ?? "";
  const what = postgres ? `the data folder ${env.dataDir}` : "this database";
  let lose: (word: "lost") => void = () => undefined;
  const lost = new Promise<"lost">((resolve) => {
    lose = resolve;
  });
  const ownership = await takeOwnership(address, what, () => lose("lost")).catch((error: unknown) => {
    if (error instanceof IonbeamError) throw error;
    const where = postgres ? env.dataDir : `DATABASE_URL (${new URL(address).host})`;
    throw new Transient(
      `The database at ${where} does not answer (${errorText(error)}): start it, or correct its address.`,
    );
  });
  const stop = async () => {
    await ownership.release();
    await postgres?.stop(FAST_STOP_MS);
  };
  try {
    const applied = await migrate(address, path.join(ROOT, "prisma", "migrations"));
    if (applied.length > 0) log.info("migrations applied", { applied });
  } catch (error) {
    await stop();
    throw error;
  }
  return { address, ownership, lost, home: postgres?.home, stop };
}

/**
 * Runs everything until it is told to end.
 * @param halt resolves when it is to end.
 * @returns how it ended.
 */
async function run(env: Environment, programs: Programs, log: Log, halt: Halting): Promise<Halt> {
  let losses = 0;
  let told = false;
  for (;;) {
    const opening = openDatabase(env, log);
    const early = await Promise.race([
      halt.asked,
      opening.then(
        () => undefined,
        () => undefined,
      ),
    ]);
    if (early) {
      await abandon(env, opening);
      return early;
    }
    const session = await opening.catch((error: unknown) => {
      // Another program's PostgreSQL that was there before will be there again.
      if (losses > 0 && env.databaseUrl !== undefined && error instanceof Transient) return undefined;
      throw error;
    });
    if (!session) {
      await Promise.race([halt.asked, waitUntil(() => false, RETRY_MS)]);
      continue;
    }
    const children = supervisedChildren(env, programs, session, log, halt, (address) => {
      if (told) return;
      told = true;
      console.log(`Ionbeam runs at ${address}`);
      console.log(`Data folder: ${env.dataDir}`);
      if (session.home !== undefined && !session.home.startsWith(env.dataDir)) {
        console.log(`Database folder: ${session.home}`);
      }
    });
    const end = await Promise.race([halt.asked, session.lost]);
    await session.ownership.tell("stopping");
    await children.stop(end === "lost" ? LOST_PATIENCE_MS : CHILD_PATIENCE_MS);
    if (end !== "lost") {
      await session.stop();
      return end;
    }
    await session.ownership.release();
    losses += 1;
    if (losses > MANY_LOSSES)
      return { code: 1, sentence: "PostgreSQL keeps ending: see logs/postgresql.log in the data folder." };
    log.warn("the database went away; everything is started again", { losses });
  }
}

/** Ends what a start that was interrupted has begun. */
async function abandon(env: Environment, opening: Promise<Session>): Promise<void> {
  const opened = await Promise.race([
    opening.catch(() => undefined),
    waitUntil(() => false, EARLY_STOP_MS).then(() => undefined),
  ]);
  if (opened) return opened.stop();
  const address = embeddedAddress(env.dataDir);
  if (env.databaseUrl !== undefined || address === undefined) return;
  if (!(await findOwner(address))) await stopEmbeddedPostgres(env.dataDir, FAST_STOP_MS);
}

/**
 * The whole program.
 * @param args `--check` for the checks alone. @returns the exit code; what went wrong was printed as one sentence.
 */
export async function main(args: readonly string[], programs: Programs = PROGRAMS): Promise<number> {
  let log: Log | undefined;
  try {
    const env = readEnvironment();
    await check(env);
    if (args.includes("--check")) return 0;
    const logs = path.join(env.dataDir, "logs");
    log = jsonLog(appendTo(path.join(logs, "supervisor.log")), Date.now, (level, message, fields) => {
      if (level !== "info") console.log(`ionbeam: ${message} ${JSON.stringify(fields)}`);
    });
    const files = ["supervisor", "worker", "web", "postgresql"].map((name) => path.join(logs, `${name}.log`));
    turnOver(files, LOG_LIMIT_BYTES);
    setInterval(() => turnOver(files, LOG_LIMIT_BYTES), TURN_OVER_MS).unref();
    const end = await run(env, programs, log, haltOnSignals());
    removeRoster(env.dataDir);
    if (end.sentence !== undefined) console.error(`ionbeam: ${end.sentence}`);
    log.info("ended", { ...end });
    return end.code;
  } catch (error) {
    console.error(`ionbeam: ${errorText(error)}`);
    if (!(error instanceof IonbeamError)) log?.error("the supervisor failed", { error });
    return 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(await main(process.argv.slice(2)));

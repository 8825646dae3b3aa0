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
import { unfinishedRestore } from "../server/backup/restore";
import { Conflict, errorText, IonbeamError, Transient } from "../server/errors";
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
const STOPPING_LOOK_MS = 2_000;
const LOST_PATIENCE_MS = 2_000;
const FAST_STOP_MS = 1_500;
const EARLY_STOP_MS = 4_000;

const LOG_LIMIT_BYTES = 20_000_000;
const TURN_OVER_MS = 600_000;
const RETRY_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** A database that stayed this long is well: its next loss is one by itself. */
const WELL_AFTER_MS = 10_000;
/** One that is lost again and again, but could be opened each time, is waited for no longer than after so many losses. */
const MOST_LOSSES = 3;

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
 * What can be found wrong before anything is started or built. @returns what is odd in the settings and does no harm, in sentences
 * @throws IonbeamError with the sentence for the person who started us.
 */
export async function check(env: Environment): Promise<readonly string[]> {
  const strays = env.configPath === undefined ? [] : await checkSettings(env.configPath);
  await prepareDataFolder(env.dataDir);
  const unfinished = await unfinishedRestore(env.dataDir);
  if (unfinished !== undefined) throw new Conflict(unfinished);
  await refuseSecond(env);
  if (env.port !== 0) await checkPort(env.host, env.port);
  return strays;
}

/** All that can be wrong with the YAML, down to the blocks of sources: said before the long build, not after it. */
async function checkSettings(file: string): Promise<readonly string[]> {
  const settings = await readSettings(file);
  refuseMissingAdapters(settings);
  const [{ planInstallation }, { sourcePlugins }, { projectionPlugins }] = await Promise.all([
    import("../server/installation/plan"),
    import("../server/source/index"),
    import("../server/projection/index"),
  ]);
  return planInstallation(settings, sourcePlugins, projectionPlugins).strays;
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
  let watch: NodeJS.Timeout | undefined;
  const lost = new Promise<"lost">((resolve) => {
    lose = (word) => {
      clearInterval(watch);
      resolve(word);
    };
  });
  const ownership = await takeOwnership(address, what, () => lose("lost")).catch((error: unknown) => {
    if (error instanceof IonbeamError) throw error;
    const where = postgres ? env.dataDir : `DATABASE_URL (${new URL(address).host})`;
    throw new Transient(
      `The database at ${where} does not answer (${errorText(error)}): start it, or correct its address.`,
    );
  });
  // One that was asked to end by somebody else keeps our sessions, and takes no other ones.
  watch = setInterval(() => {
    if (postgres?.stopping()) lose("lost");
  }, STOPPING_LOOK_MS);
  const stop = async () => {
    clearInterval(watch);
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
 * Runs everything until it is told to end. A database that goes away is waited for, however long: the worker ends meanwhile, as somebody else may take
 * the database over; the web stays and says so.
 * @param halt resolves when it is to end.
 * @returns how it ended.
 */
async function run(env: Environment, programs: Programs, log: Log, halt: Halting): Promise<Halt> {
  const first = await openUnlessHalted(env, log, halt);
  if (!("address" in first)) return first;
  let session = first;
  let children = childrenOn(session, env, programs, log, halt);
  let losses = 0;
  for (;;) {
    const since = performance.now();
    children.begin(session.ownership);
    const end = await Promise.race([halt.asked, session.lost]);
    await session.ownership.tell("stopping");
    if (end !== "lost") {
      await children.stop(CHILD_PATIENCE_MS);
      await session.stop();
      return end;
    }
    await children.pause(LOST_PATIENCE_MS);
    await session.ownership.release();
    losses = performance.now() - since > WELL_AFTER_MS ? 1 : Math.min(losses + 1, MOST_LOSSES);
    log.warn("the database went away; it is opened again", { losses });
    const again = await reopen(env, log, halt, losses);
    if (!("address" in again)) {
      await children.stop(CHILD_PATIENCE_MS);
      return again;
    }
    if (again.address !== session.address) {
      await children.stop(CHILD_PATIENCE_MS);
      children = childrenOn(again, env, programs, log, halt);
    }
    session = again;
    log.info("the database is back");
  }
}

/** The children of a database, which tell once where they answer. */
function childrenOn(session: Session, env: Environment, programs: Programs, log: Log, halt: Halting) {
  let told = false;
  return supervisedChildren(env, programs, session.address, log, halt, (address) => {
    if (told) return;
    told = true;
    console.log(`Ionbeam runs at ${address}`);
    console.log(`Data folder: ${env.dataDir}`);
    if (session.home !== undefined && !session.home.startsWith(env.dataDir)) {
      console.log(`Database folder: ${session.home}`);
    }
  });
}

/** @throws IonbeamError when the database cannot be opened */
async function openUnlessHalted(env: Environment, log: Log, halt: Halting): Promise<Session | Halt> {
  const opening = openDatabase(env, log);
  const settled = opening.then(
    () => undefined,
    () => undefined,
  );
  const early = await Promise.race([halt.asked, settled]);
  if (!early) return opening;
  await abandon(env, opening);
  return early;
}

/**
 * Opens a database that was there before, for as long as it takes: a disk that is full is freed, a server that is away comes back. Says why it cannot,
 * once for each reason.
 * @throws Conflict when another supervisor took it
 */
async function reopen(env: Environment, log: Log, halt: Halting, losses: number): Promise<Session | Halt> {
  let said: string | undefined;
  for (let attempt = losses - 1; ; attempt += 1) {
    const pauseMs = attempt === 0 ? 0 : Math.min(LONGEST_PAUSE_MS, RETRY_MS * 2 ** (attempt - 1));
    const early = await Promise.race([halt.asked, waitUntil(() => false, pauseMs)]);
    if (typeof early === "object") return early;
    try {
      return await openUnlessHalted(env, log, halt);
    } catch (error) {
      if (error instanceof Conflict) throw error;
      const sentence = errorText(error);
      if (sentence !== said) log.warn("the database cannot be opened and is tried again", { why: sentence });
      said = sentence;
    }
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
    const strays = await check(env);
    if (args.includes("--check")) return 0;
    for (const stray of strays) console.warn(`ionbeam: ${stray}`);
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

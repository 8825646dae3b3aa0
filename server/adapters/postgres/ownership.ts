import os from "node:os";
import pg from "pg";
import { Conflict } from "../../errors";
import { isAlive, waitUntil } from "../../process-table";
import { KEPT_ALIVE } from "./session";
import { withClient } from "./with-client";

/** One supervisor per database: whoever holds this advisory lock. PostgreSQL lets it go when the session's program dies. */
const OWNER_LOCK = 482_000;

/** How long a supervisor that is stopping, or died a moment ago, may take to let go. */
const PATIENCE_MS = 12_000;
const BRIEF_MS = 500;
const CONNECT_WITHIN_MS = 10_000;

export type OwnerState = "starting" | "stopping" | { readonly address: string };

export type Owner = { readonly pid: number; readonly host: string; readonly state: OwnerState };

export type Ownership = {
  /** Tells others what we do; they see it in their refusal. */
  tell(state: OwnerState): Promise<void>;
  release(): Promise<void>;
};

/** The owner as application_name of the session that holds the lock; PostgreSQL cuts it at 63 bytes. */
export function writeOwner({ pid, host, state }: Owner): string {
  const words = typeof state === "string" ? state : state.address;
  return `ionbeam:${pid}@${host.slice(0, 16)} ${words}`.slice(0, 63);
}

/** Reads what {@link writeOwner} wrote. */
export function readOwner(name: string): Owner | undefined {
  const [, pid, host = "", words = ""] = /^ionbeam:(\d+)@(\S*) (.*)$/.exec(name) ?? [];
  if (pid === undefined) return undefined;
  const state = words === "starting" || words === "stopping" ? words : { address: words };
  return { pid: Number(pid), host, state };
}

/** The sentence of a second start. */
export function refusal(owner: Owner | undefined, what: string): Conflict {
  if (!owner) return new Conflict(`Another Ionbeam already runs on ${what}: stop it first.`);
  const where = typeof owner.state === "string" ? owner.state : owner.state.address;
  return new Conflict(
    `Ionbeam already runs on ${what} (process ${owner.pid} on ${owner.host}, ${where}): use that one, or stop it first.`,
  );
}

/**
 * Takes the lock of the database.
 * @param what how to name the database or folder to a person. @param onLost called when the session ends by itself.
 * @throws Conflict naming the owner, when another supervisor has it.
 */
export async function takeOwnership(
  connectionString: string,
  what: string,
  onLost: () => void,
): Promise<Ownership> {
  const host = os.hostname();
  const mine = (state: OwnerState) => writeOwner({ pid: process.pid, host, state });
  const client = new pg.Client({
    ...KEPT_ALIVE,
    connectionString,
    application_name: mine("starting"),
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
  });
  let released = false;
  client.on("error", () => undefined);
  client.on("end", () => {
    if (!released) onLost();
  });
  await client.connect();
  const release = async () => {
    released = true;
    await briefly(client.end());
  };
  let holder: Owner | undefined;
  let taken = false;
  await waitUntil(
    async () => {
      taken = await tryLock(client);
      holder = taken ? undefined : await holderOf(client);
      return taken || (holder !== undefined && staysOwner(holder));
    },
    PATIENCE_MS,
    100,
  ).catch(async (error) => {
    await release();
    throw error;
  });
  if (!taken) {
    await release();
    throw refusal(holder, what);
  }
  return {
    tell: async (state) => {
      await briefly(client.query("SELECT set_config('application_name', $1, false)", [mine(state)]));
    },
    release,
  };
}

/** Whoever holds the lock of a running database now, and will go on holding it. */
export async function findOwner(connectionString: string): Promise<Owner | undefined> {
  try {
    const holder = await withClient({ connectionString, connectionTimeoutMillis: 5_000 }, holderOf);
    return holder && staysOwner(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** A server that hangs must not hold up our end: its session goes with our process anyway. */
async function briefly(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise((resolve) => {
    timer = setTimeout(resolve, BRIEF_MS);
  });
  await Promise.race([work.catch(() => undefined), enough]);
  clearTimeout(timer);
}

/** Not when it is stopping, or its process is dead and PostgreSQL has yet to notice. */
function staysOwner(owner: Owner): boolean {
  const here = owner.host === os.hostname().slice(0, 16);
  return owner.state !== "stopping" && (!here || isAlive(owner.pid));
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ mine: boolean }>("SELECT pg_try_advisory_lock($1) AS mine", [
    OWNER_LOCK,
  ]);
  return rows[0]?.mine ?? false;
}

async function holderOf(client: pg.Client): Promise<Owner | undefined> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT a.application_name AS name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = $1 AND l.objsubid = 1
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [OWNER_LOCK],
  );
  return rows[0] && readOwner(rows[0].name);
}

import { spawn } from "node:child_process";
import { closeSync, fstatSync, openSync, readFileSync, readlinkSync, readSync, realpathSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { commandOf, isAlive, processesIn, signalProcess, waitUntil } from "../../../process-table";
import { PROGRAM_ENVIRONMENT } from "./cluster";
import type { Place } from "./place";

/** A postmaster.pid, as src/include/utils/pidfile.h numbers its lines. */
export type PidFile = { readonly pid: number; readonly socketDir: string; readonly status: string };

/** Reads the pid file of a cluster; undefined when there is none or it is not written to its end yet. */
export function readPidFile(cluster: string): PidFile | undefined {
  try {
    const lines = readFileSync(path.join(cluster, "postmaster.pid"), "utf8").split("\n");
    const pid = Number(lines[0]);
    return Number.isInteger(pid) && pid > 0
      ? { pid, socketDir: lines[4]?.trim() ?? "", status: lines[7]?.trim() ?? "" }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether this process is the postmaster of this cluster, and not one that got its id after a crash. */
export function isPostmasterOf(cluster: string, pid: number): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform !== "linux") return commandOf(pid)?.includes(cluster) ?? false;
  try {
    // A postmaster works in its data directory; that holds when the folder was moved under it, too.
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster);
  } catch {
    return false;
  }
}

/**
 * Whether a postmaster has begun to end. After a SIGTERM from outside it takes no more sessions and waits for those that there are, for ever, as ours
 * are kept open: whoever sees that must end it.
 */
export function isStopping(cluster: string): boolean {
  return readPidFile(cluster)?.status === "stopping";
}

/** What a cluster answers to a connection. */
export type Answer = "ready" | "starting" | "stopping" | "unreachable";

/** Asks the server at `connectionString` for a session. */
export async function ask(connectionString: string): Promise<Answer> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return "ready";
  } catch (error) {
    // 57P03 cannot_connect_now serves both; only the text (in the C locale) tells starting from stopping.
    if (!(error instanceof pg.DatabaseError)) return "unreachable";
    if (error.code === "57P03") return error.message.includes("shutting down") ? "stopping" : "starting";
    return error.code === "53300" ? "ready" : "unreachable";
  } finally {
    await client.end().catch(() => undefined);
  }
}

export type Settings = Readonly<Record<string, string | number>>;

/** No TCP, a private socket, a few connections for each of our processes; durability as PostgreSQL ships it. */
export function settingsOf(place: Place, extra: Settings = {}): Settings {
  return {
    listen_addresses: "",
    unix_socket_directories: `"${place.socketDir.replaceAll('"', '""')}"`,
    unix_socket_permissions: "0700",
    max_connections: 120,
    shared_buffers: "128MB",
    fsync: "on",
    synchronous_commit: "on",
    // Small machines, small queries; and parallel workers need shared memory that containers are short of.
    max_parallel_workers_per_gather: 0,
    jit: "off",
    // Sessions of killed programs end while their query runs, not after it.
    client_connection_check_interval: "2s",
    timezone: "UTC",
    log_timezone: "UTC",
    log_checkpoints: "off",
    ...extra,
  };
}

export type Started = {
  readonly pid: number;
  /** True once the process has ended. */
  exited(): boolean;
  /** What it has written to its log. */
  output(): string;
};

/**
 * Starts a postmaster in a process group and session of its own: Ctrl-C does not reach it, and it outlives us.
 * @param logFile where it writes; opened by us, so it may be where its account cannot go.
 */
export function spawnPostmaster(
  place: Place,
  bin: string,
  settings: Settings,
  logFile: string,
): Promise<Started> {
  const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const log = openSync(logFile, "a");
  const from = fstatSync(log).size;
  const who = place.account ? { uid: place.account.uid, gid: place.account.gid } : {};
  const child = spawn(path.join(bin, "postgres"), ["-D", place.cluster, ...args], {
    cwd: place.home,
    env: PROGRAM_ENVIRONMENT,
    detached: true,
    stdio: ["ignore", log, log],
    ...who,
  });
  closeSync(log);
  child.unref();
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("spawn", () => {
      const exited = () => child.exitCode !== null || child.signalCode !== null;
      resolve({ pid: child.pid ?? 0, exited, output: () => readFrom(logFile, from) });
    });
  });
}

function readFrom(file: string, position: number): string {
  const fd = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(Math.min(65_536, Math.max(0, fstatSync(fd).size - position)));
    return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, position)).toString("utf8");
  } finally {
    closeSync(fd);
  }
}

/**
 * Stops a postmaster: fast (sessions end, a checkpoint is written), then immediate (the next start recovers from the
 * log), then by force, with every process of the cluster.
 */
export async function stopPostmaster(cluster: string, pid: number, fastMs = 4_000): Promise<void> {
  const steps = [
    ["SIGINT", fastMs],
    ["SIGQUIT", 1_500],
    ["SIGKILL", 1_000],
  ] as const;
  for (const [signal, patienceMs] of steps) {
    if (!isPostmasterOf(cluster, pid)) break;
    signalProcess(pid, signal);
    if (await waitUntil(() => !isAlive(pid), patienceMs)) break;
  }
  killLeftBehind(cluster, "SIGKILL");
}

/** Backends that outlived a killed postmaster hold its shared memory, which keeps the next one from starting. */
export function killLeftBehind(cluster: string, signal: NodeJS.Signals): void {
  const keeper = readPidFile(cluster)?.pid;
  if (keeper !== undefined && isPostmasterOf(cluster, keeper)) return;
  for (const pid of processesIn(cluster)) signalProcess(pid, signal);
}

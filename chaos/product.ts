import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { childEnvironment } from "../config/env";
import { findBinaries } from "../server/adapters/postgres/embedded/binaries";
import { placeCluster } from "../server/adapters/postgres/embedded/place";
import { readPidFile } from "../server/adapters/postgres/embedded/postmaster";
import { connectionString, stopEmbeddedPostgres } from "../server/adapters/postgres/embedded/start";
import { isAlive, processesIn, signalProcess, waitUntil } from "../server/process-table";
import { isRunning, readRoster } from "../workers/roster";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const RESTART_MS = 300;
const STOP_MS = 30_000;

/** Process ids of what runs now. */
export interface Processes {
  readonly supervisor: number | undefined;
  readonly worker: number | undefined;
  readonly web: number | undefined;
  readonly postmaster: number | undefined;
  readonly backends: readonly number[];
}

/** The whole product on a data folder of its own, started again whenever its supervisor ends, as a service manager does. */
export interface Product {
  readonly dataDir: string;
  readonly address: string;
  /** Where the name of a fail point is left for the worker. */
  readonly failPointFile: string;
  processes(): Processes;
  /** The address of its PostgreSQL; undefined while that does not run. */
  database(): string | undefined;
  /** Says that the next end of the supervisor is our doing. */
  expectEnd(): void;
  /** What the supervisor said when it ended without being asked to, and how often it was started. */
  readonly gaveUp: string[];
  readonly starts: () => number;
  /** Bytes of the worker's log, and whether a worker has said since then that it runs. */
  workerLogSize(): number;
  workerRunsSince(position: number): boolean;
  /** Ends it as a person does. @returns what was left running, in words */
  stop(): Promise<string | undefined>;
  /** Ends everything at once, and removes the folder unless it is kept. */
  destroy(keep: boolean): Promise<void>;
}

/** @param yaml the settings file's text */
export async function openProduct(name: string, yaml: string): Promise<Product> {
  const folder = mkdtempSync(path.join(os.tmpdir(), `ionbeam-chaos-${name}-`));
  // PostgreSQL does not run as root and must reach its data.
  chmodSync(folder, 0o755);
  const dataDir = path.join(folder, "data");
  mkdirSync(dataDir);
  const config = path.join(folder, "ionbeam.yaml");
  writeFileSync(config, yaml);
  const failPointFile = path.join(folder, "fail-point");
  const port = await freePort();
  const { cluster } = placeCluster(dataDir, findBinaries().major);
  const workerLog = path.join(dataDir, "logs", "worker.log");
  const gaveUp: string[] = [];
  let supervisor: ChildProcess | undefined;
  let wanted = true;
  let expected = 0;
  let starts = 0;
  let restart: NodeJS.Timeout | undefined;

  const start = () => {
    starts += 1;
    let said = "";
    const child = spawn(process.execPath, ["--import", "tsx", "workers/supervisor.ts"], {
      cwd: ROOT,
      env: childEnvironment({
        NODE_ENV: "production",
        PORT: String(port),
        IONBEAM_DATA_DIR: dataDir,
        IONBEAM_CONFIG_PATH: config,
        IONBEAM_FAIL_POINT: `@${failPointFile}`,
        IONBEAM_COMPACT_AT_ONCE: "1",
        DATABASE_URL: "",
      }),
      stdio: ["ignore", "pipe", "pipe"],
      // Ctrl-C in the terminal is ours: we end it in order.
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (bytes: Buffer) => {
        said = `${said}${bytes}`.slice(-2_000);
      });
    child.once("exit", (code, signal) => {
      if (!wanted) return;
      if (expected > 0) expected -= 1;
      else gaveUp.push(`code ${code ?? signal}: ${said.trim().split("\n").at(-1) ?? ""}`);
      restart = setTimeout(start, RESTART_MS);
    });
    supervisor = child;
  };
  start();

  const processes = (): Processes => {
    const roster = readRoster(dataDir);
    const child = (which: string) => {
      const member = roster?.children.find((each) => each.name === which);
      return member && isRunning(member) ? member.pid : undefined;
    };
    const keeper = readPidFile(cluster)?.pid;
    const postmaster = keeper !== undefined && isAlive(keeper) ? keeper : undefined;
    const alive = supervisor?.exitCode === null && supervisor.signalCode === null;
    return {
      supervisor: alive ? supervisor?.pid : undefined,
      worker: child("worker"),
      web: child("web"),
      postmaster,
      backends: processesIn(cluster).filter((pid) => pid !== postmaster),
    };
  };
  const everything = () => {
    const { backends, ...rest } = processes();
    return [...Object.values(rest), ...backends].filter((pid) => pid !== undefined);
  };
  const destroy = async (keep: boolean) => {
    wanted = false;
    clearTimeout(restart);
    for (const pid of everything()) signalProcess(pid, "SIGCONT");
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      if (supervisor?.pid !== undefined && isAlive(supervisor.pid)) signalProcess(supervisor.pid, signal);
      if (await waitUntil(() => everything().length === 0, signal === "SIGTERM" ? STOP_MS : 2_000)) break;
    }
    await stopEmbeddedPostgres(dataDir, 0).catch(() => undefined);
    for (const pid of everything()) signalProcess(pid, "SIGKILL");
    if (!keep) rmSync(folder, { recursive: true, force: true });
  };
  return {
    dataDir,
    address: `http://127.0.0.1:${port}`,
    failPointFile,
    processes,
    database: () => connectionString(dataDir),
    expectEnd: () => {
      expected = 1;
    },
    gaveUp,
    starts: () => starts,
    workerLogSize: () => sizeOf(workerLog),
    workerRunsSince: (position) => {
      const from = sizeOf(workerLog) < position ? 0 : position;
      return readText(workerLog).subarray(from).includes('"message":"the worker runs"');
    },
    async stop() {
      wanted = false;
      clearTimeout(restart);
      if (supervisor?.pid !== undefined) signalProcess(supervisor.pid, "SIGTERM");
      if (await waitUntil(() => everything().length === 0, STOP_MS, 100)) return undefined;
      return `after ${STOP_MS / 1000} s still there: ${JSON.stringify(processes())}`;
    },
    destroy,
  };
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

function readText(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}

/** Chosen here, so that it stays the same whatever is started again. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

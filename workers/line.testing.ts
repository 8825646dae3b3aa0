import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { childEnvironment } from "../config/env";
import { Database } from "../server/adapters/postgres/database";
import { testDatabase } from "../server/adapters/postgres/testing";
import { withClient } from "../server/adapters/postgres/with-client";
import { MINUTE } from "../server/observation/time";
import type { Log } from "../server/ports/log";
import { openRuntime, type Runtime } from "../server/runtime";
import { testPrograms } from "./programs.testing";

/** Far beyond what anything here takes on a machine four times slower: who waits this long waits in vain. */
const DEADLINE_MS = 300_000;

const silent: Log = { info() {}, warn() {}, error() {}, with: () => silent };

/** A whole line for a test: its own database and folder, a worker process that can be killed, and a runtime to ask and steer it. */
export interface TestLine {
  readonly runtime: Runtime;
  readonly db: Database;
  readonly folder: string;
  readonly connectionString: string;
  /** Starts a worker; `failPoint` arms one (`name` or `name:n`), `more` are variables of its environment. */
  start(failPoint?: string, more?: Readonly<Record<string, string>>): void;
  /** Whether the worker that was started last still runs. */
  alive(): boolean;
  /** What workers have written to their log. */
  said(): Promise<string>;
  /** Ends the worker as `kill -9` does, and waits until it is gone. */
  kill(): Promise<void>;
  /** Waits until the worker died by itself. @throws when it does not */
  died(deadlineMs?: number): Promise<void>;
  /** Waits for a condition on the truth; says what the line looked like when it was not met. */
  until(condition: () => Promise<boolean>, what: string, deadlineMs?: number): Promise<void>;
  close(): Promise<void>;
}

/** @param place a data folder and its database that are there already, and stay when the line is closed */
export async function openTestLine(
  yaml: string,
  place?: { readonly folder: string; readonly connectionString: string },
): Promise<TestLine> {
  const database = place ? { ...place, close: async () => undefined } : await testDatabase();
  const folder = place?.folder ?? (await mkdtemp(path.join(os.tmpdir(), "ionbeam-line-")));
  const config = path.join(folder, "ionbeam.yaml");
  await writeFile(config, yaml);
  const { connectionString } = database;
  const { worker: program } = await testPrograms();
  const runtime = await openRuntime({ dataDir: folder, connectionString, connections: 3 }, silent);
  const db = new Database(connectionString, { connections: 2 });
  const log = path.join(folder, "worker.log");
  let worker: ChildProcess | undefined;
  let gone: Promise<void> = Promise.resolve();
  let closed = false;

  const until = async (condition: () => Promise<boolean>, what: string, deadlineMs = DEADLINE_MS) => {
    const end = performance.now() + deadlineMs;
    while (!(await condition())) {
      if (performance.now() > end)
        throw new Error(`${what}: not in ${deadlineMs} ms\n${await report(runtime, log)}`);
      await runtime.clock.sleep(50);
    }
  };

  return {
    runtime,
    db,
    folder,
    connectionString,
    start(failPoint, more) {
      // A test that failed may still wait for a death in order to start the next one.
      if (closed) return;
      const out = openSync(log, "a");
      const env = { DATABASE_URL: connectionString, IONBEAM_DATA_DIR: folder, IONBEAM_CONFIG_PATH: config };
      const child = spawn(process.execPath, [program], {
        stdio: ["ignore", out, out, "ipc"],
        env: childEnvironment({
          ...env,
          IONBEAM_FAIL_POINT: failPoint ?? "",
          IONBEAM_COMPACT_AT_ONCE: "1",
          ...more,
        }),
      });
      closeSync(out);
      worker = child;
      gone = new Promise((resolve) => child.once("exit", () => resolve()));
    },
    alive: () => worker?.exitCode === null && worker.signalCode === null,
    said: () => readFile(log, "utf8").catch(() => ""),
    async kill() {
      worker?.kill("SIGKILL");
      await gone;
    },
    async died(deadlineMs = DEADLINE_MS) {
      await until(
        async () => worker?.exitCode !== null || worker.signalCode !== null,
        "the worker's death",
        deadlineMs,
      );
    },
    until,
    async close() {
      closed = true;
      worker?.kill("SIGKILL");
      await gone;
      await runtime.close();
      await db.close();
      await database.close();
      if (!place) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function report(runtime: Runtime, log: string): Promise<string> {
  const windows = (await runtime.views.windows({ limit: 50 })).items.map(
    ({ start, state, reason, error }) => ({ start, state, reason, error }),
  );
  const tail = (await readFile(log, "utf8").catch(() => "")).slice(-3_000);
  const dead = await runtime.inbox.deadLetters(5, 0);
  return `${JSON.stringify(windows, null, 1)}\n${JSON.stringify(dead)}\n${tail}`;
}

/**
 * While `body` runs nobody writes to a table: what would, waits with it. A state that passes by itself lasts until it has been looked at, however fast or slow
 * the machine is.
 */
export async function holding<Value>(
  line: TestLine,
  table: string,
  body: () => Promise<Value>,
): Promise<Value> {
  // The lock goes with the session, whatever becomes of `body`.
  return withClient({ connectionString: line.connectionString }, async (client) => {
    await client.query("BEGIN");
    await client.query(`LOCK TABLE ${table} IN SHARE MODE`);
    return body();
  });
}

/** What must be the same whatever happened on the way: each window's state, rows and the bytes of its current file. */
export async function outcome(line: TestLine, dataset: string): Promise<readonly object[]> {
  const { items } = await line.runtime.views.windows({ dataset, limit: 500 });
  return Promise.all(
    items.map(async (window) => {
      const [file] = window.files;
      const bytes = file === undefined ? undefined : await readFile(file);
      const sha256 = bytes && createHash("sha256").update(bytes).digest("hex");
      return {
        start: window.start,
        end: window.end,
        state: window.state,
        rows: window.rows,
        stations: window.stations,
        sha256,
      };
    }),
  );
}

/** Whether nothing is under way and nothing is owed. */
export async function isQuiet(line: TestLine): Promise<boolean> {
  const [row] = await line.db.rows<{ open: number }>(
    undefined,
    `SELECT (SELECT count(*) FROM inbox WHERE settled_at IS NULL) + (SELECT count(*) FROM outbox WHERE published_at IS NULL)
       + (SELECT count(*) FROM "window" WHERE need = 'due' OR look_again_us = 0 OR lease_until IS NOT NULL)
       + (SELECT count(*) FROM projection_state WHERE wanted > done) + (SELECT count(*) FROM reprocess)
       + (SELECT count(*) FROM served_dataset WHERE changed > served)
       + (SELECT count(*) FROM projection_day p JOIN dataset d ON d.name = p.dataset
          WHERE p.owed AND p.day_us + 86400000000 + d.subject_to_change_us < extract(epoch FROM clock_timestamp()) * 1000000) AS open`,
  );
  return row?.open === 0;
}

/**
 * `isQuiet`, with the minute over for which a window that has an output waits for more changes (SEMANTICS 4): its marks are set back, as if the minute had
 * passed. For tests of what comes after that minute.
 */
export async function isQuietAtOnce(line: TestLine): Promise<boolean> {
  await line.db.execute(
    undefined,
    `UPDATE "window" SET first_change_us = first_change_us - $1::bigint, last_change_us = last_change_us - $1::bigint, look_again_us = 0
     WHERE need = 'due' AND NOT build_now AND output <> 'none' AND attempts = 0 AND lease_until IS NULL
       AND last_change_us BETWEEN extract(epoch FROM clock_timestamp()) * 1000000 - $1::bigint AND extract(epoch FROM clock_timestamp()) * 1000000`,
    MINUTE,
  );
  return isQuiet(line);
}

import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { childEnvironment } from "../config/env";
import { connectionString, stopEmbeddedPostgres } from "../server/adapters/postgres/embedded/start";
import { isAlive, processesIn, signalProcess, waitUntil } from "../server/process-table";
import { readRoster } from "./roster";

const PROGRAM = fileURLToPath(new URL("./fixtures/supervised/start.ts", import.meta.url));

/** Starts of programs by tsx, on a machine four times slower and busy with other tests. */
const DEADLINE_MS = 120_000;
/** What the supervisor's patience with its children and with PostgreSQL adds up to, and as much again for a machine that has no time for it. */
const END_MS = 20_000;

type Run = { readonly process: ChildProcess; output(): string; ended: Promise<number | string | null> };

let folder: string;
let runs: Run[];

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "ionbeam-supervisor-"));
  // As root PostgreSQL runs as another user, who has to get here.
  chmodSync(folder, 0o755);
  runs = [];
});

afterEach(async () => {
  for (const run of runs) run.process.kill("SIGKILL");
  await Promise.all(runs.map((run) => run.ended));
  await stopEmbeddedPostgres(folder).catch(() => undefined);
  // Children end with their supervisor, a moment later; until then they write to the folder.
  await waitUntil(() => !family().some(isAlive), DEADLINE_MS);
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

function start(env: Record<string, string> = {}, ...args: string[]): Run {
  const child = spawn(process.execPath, ["--import", "tsx", PROGRAM, ...args], {
    env: childEnvironment({ IONBEAM_DATA_DIR: folder, PORT: "0", ...env }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (output += data));
  const ended = new Promise<number | string | null>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal));
  });
  const run = { process: child, output: () => output, ended };
  runs.push(run);
  return run;
}

async function address(run: Run): Promise<string> {
  const found = () => /Ionbeam runs at (\S+)/.exec(run.output())?.[1];
  await waitUntil(() => found() !== undefined || run.process.exitCode !== null, DEADLINE_MS);
  return found() ?? expect.fail(`no address: ${run.output()}`);
}

/** Waits for something that must come about. */
async function until(done: () => boolean | Promise<boolean>, what: string, everyMs?: number): Promise<void> {
  if (!(await waitUntil(done, DEADLINE_MS, everyMs))) expect.fail(`not in ${DEADLINE_MS} ms: ${what}`);
}

async function lives(): Promise<number[]> {
  const client = new pg.Client({ connectionString: connectionString(folder) });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return (await client.query<{ pid: number }>("SELECT pid FROM life ORDER BY ctid")).rows.map(
      (row) => row.pid,
    );
  } catch {
    return [];
  } finally {
    await client.end().catch(() => undefined);
  }
}

function family(): number[] {
  const roster = readRoster(folder);
  return roster ? [roster.supervisor.pid, ...roster.children.map((each) => each.pid)] : [];
}

function postmaster(): number {
  return Number(readFileSync(path.join(folder, "postgresql", "18", "postmaster.pid"), "utf8").split("\n")[0]);
}

describe("the supervisor", () => {
  it("says one address and the folder, ends all within 10 s with a page open, and goes on where it was", async () => {
    const first = start();
    const url = await address(first);
    // Said right after the address, which may be read before it.
    await until(() => first.output().includes("Data folder"), "the folder");
    expect(first.output()).toContain(`Data folder: ${folder}`);
    const page = await fetch(url);
    await until(async () => (await lives()).length === 1, "the worker's first life");
    const pids = [...family(), postmaster()];
    expect(pids).toHaveLength(4);

    const since = performance.now();
    first.process.kill("SIGINT");
    expect(await first.ended).toBe(0);
    expect(performance.now() - since).toBeLessThan(END_MS);
    await page.text().catch(() => undefined);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(processesIn(path.join(folder, "postgresql", "18"))).toEqual([]);

    await address(start());
    await until(async () => (await lives()).length === 3, "3 lives");
    expect((await lives())[1], "the worker drained before PostgreSQL stopped").toBe(0);
  });

  it("refuses a second start, naming the first, and leaves that alone", async () => {
    const first = start();
    const url = await address(first);
    const second = start();
    expect(await second.ended).toBe(1);
    expect(second.output().trim().split("\n")).toEqual([
      expect.stringMatching(
        new RegExp(`already runs on the data folder ${folder} \\(process ${first.process.pid} .*${url}`),
      ),
    ]);
    expect((await fetch(url)).status).toBe(200);
  });

  it("lets one of two starts at once win", async () => {
    const both = [start(), start()];
    const codes = await Promise.race(both.map((run, index) => run.ended.then((code) => ({ code, index }))));
    expect(codes.code).toBe(1);
    expect(both[codes.index]?.output()).toMatch(/already runs on the data folder/);
    const winner = both[1 - codes.index];
    expect(winner && (await fetch(await address(winner))).status).toBe(200);
  });

  it("takes up after kill -9 of itself, adopting PostgreSQL and leaving no child behind", async () => {
    const first = start();
    const url = await address(first);
    const pids = family();
    const database = postmaster();
    first.process.kill("SIGKILL");
    await first.ended;
    const port = new URL(url).port;
    const second = start({ PORT: port });
    expect(await address(second)).toBe(url);
    expect(postmaster()).toBe(database);
    expect(pids.filter(isAlive)).toEqual([]);
    second.process.kill("SIGTERM");
    expect(await second.ended).toBe(0);
    expect(isAlive(database)).toBe(false);
  });

  it("takes up after kill -9 of everything", async () => {
    const first = start();
    await address(first);
    await until(async () => (await lives()).length === 1, "the worker's first life");
    const all = [...family(), ...processesIn(path.join(folder, "postgresql", "18"))];
    expect(all.length).toBeGreaterThan(6);
    for (const pid of all) signalProcess(pid, "SIGKILL");
    await first.ended;
    await address(start());
    await until(async () => (await lives()).length === 2, "2 lives");
  });

  it.each([
    "SIGKILL",
    // It would wait for our sessions for ever.
    "SIGTERM",
  ] as const)("starts PostgreSQL and the children again after a %s of the postmaster", async (signal) => {
    const run = start();
    const url = await address(run);
    await until(async () => (await lives()).length === 1, "the worker's first life");
    const database = postmaster();
    signalProcess(database, signal);
    const again = async () => new Set((await lives()).filter((pid) => pid !== 0)).size >= 2;
    await until(again, "a second worker", 100);
    expect(postmaster()).not.toBe(database);
    expect(run.output().split(url)).toHaveLength(2);
    run.process.kill("SIGINT");
    expect(await run.ended).toBe(0);
    expect(processesIn(path.join(folder, "postgresql", "18"))).toEqual([]);
  });

  it("waits for a database that cannot be opened: says why, once, keeps the pages there, and goes on when it can", async () => {
    const run = start();
    const url = await address(run);
    await until(async () => (await lives()).length === 1, "the worker's first life");
    const web = () => readRoster(folder)?.children.find((each) => each.name === "web")?.pid;
    const before = web() ?? expect.fail("no web");
    const control = path.join(folder, "postgresql", "18", "global");
    renameSync(control, `${control}.away`);
    signalProcess(postmaster(), "SIGKILL");
    const tries = () =>
      readFileSync(path.join(folder, "logs", "postgresql.log"), "utf8").split("pg_control").length;
    const said = () => run.output().split("cannot be opened and is tried again").length - 1;
    await until(() => said() > 0, "the sentence");
    const first = tries();
    await until(() => tries() >= first + 2, "two more tries");
    expect(said()).toBe(1);
    expect((await fetch(url)).status).toBe(200);

    renameSync(`${control}.away`, control);
    await until(async () => (await lives()).length >= 2, "a second life", 100);
    expect(web()).toBe(before);
    expect(run.process.exitCode).toBeNull();
  });

  it.each(["worker", "web"])("starts the %s again after kill -9", async (name) => {
    await address(start());
    const pid = () => readRoster(folder)?.children.find((each) => each.name === name)?.pid;
    const before = pid() ?? expect.fail("no such child");
    signalProcess(before, "SIGKILL");
    await until(() => ![undefined, before].includes(pid()), `another ${name}`);
  });

  it("ends within 10 s when asked before it has started", async () => {
    const run = start();
    const begun = () => processesIn(path.join(folder, "postgresql", "18")).length > 0;
    await until(begun, "the begin", 5);
    const since = performance.now();
    run.process.kill("SIGINT");
    await run.ended;
    expect(performance.now() - since).toBeLessThan(END_MS);
    expect(begun()).toBe(false);
  });
});

describe("a start that cannot be", () => {
  let taken: Server;
  let port: string;
  beforeEach(async () => {
    taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const found = taken.address();
    port = String(typeof found === "object" ? found?.port : found);
  });
  afterEach(() => new Promise((resolve) => taken.close(resolve)));

  it.each([
    [
      "a taken port",
      () => ({ PORT: port }),
      /Port \d+ on 127\.0\.0\.1 is taken by another program.*set PORT/,
    ],
    ["a port that is none", () => ({ PORT: "99999" }), /PORT=99999 is not a port number/],
    [
      "a folder below a file",
      () => ({ IONBEAM_DATA_DIR: path.join(file("f"), "data") }),
      /a file is in its path: set IONBEAM_DATA_DIR/,
    ],
    ["a file for a folder", () => ({ IONBEAM_DATA_DIR: file("f") }), /set IONBEAM_DATA_DIR/],
    [
      "no settings",
      () => ({ IONBEAM_CONFIG_PATH: path.join(folder, "none.yaml") }),
      /none\.yaml cannot be read: give the path/,
    ],
    [
      "broken settings",
      () => ({ IONBEAM_CONFIG_PATH: file("b.yaml", "a: 1\nb: [1, 2\n") }),
      /b\.yaml.*line \d/,
    ],
    ["an adapter to come", () => ({ REDIS_URL: "redis://localhost" }), /REDIS_URL is set/],
    [
      "no database",
      () => ({ DATABASE_URL: "postgresql://me:secret@127.0.0.1:1/none" }),
      /DATABASE_URL \(127\.0\.0\.1:1\) does not answer/,
    ],
  ])("says one sentence about %s", async (_case, env, sentence) => {
    const run = start(env());
    expect(await run.ended).toBe(1);
    expect(run.output()).toMatch(sentence);
    expect(run.output().trim().split("\n")).toHaveLength(1);
    expect(run.output()).not.toContain("secret");
  });

  function file(name: string, text = ""): string {
    const inputs = path.join(folder, "inputs");
    mkdirSync(inputs, { recursive: true });
    writeFileSync(path.join(inputs, name), text);
    return path.join(inputs, name);
  }
});

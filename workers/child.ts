import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { childEnvironment } from "../config/env";
import type { Log } from "../server/ports/log";
import type { ChildMessage } from "./lifeline";

/** A program that runs under the supervisor. */
export type Program = { readonly name: string; readonly file: string };

export type ChildOptions = {
  readonly program: Program;
  readonly env: Readonly<Record<string, string>>;
  /** Takes its standard output and error. */
  readonly logFile: string;
  readonly log: Log;
  onMessage(message: ChildMessage): void;
  /** Called when its process id changed. */
  onChange(): void;
};

export type Child = {
  readonly name: string;
  /** Its process id, while it runs. */
  pid(): number | undefined;
  start(): void;
  /** Asks it to end; by force after `patienceMs`. It is not started again. */
  stop(patienceMs: number): Promise<void>;
};

/** By address and not by name: a name is looked up from the working folder, which may be anywhere. */
const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const GUARD = new URL("../scripts/end-with-parent.mjs", import.meta.url).href;

const FIRST_DELAY_MS = 500;
/** Haste gains nothing where a child never comes up; one that does come up works between its deaths. */
const LONGEST_DELAY_MS = { neverRan: 30_000, ran: 4_000 };
/** A child that has run this long since it said so is well: its next death is waited for as the first one. */
const WELL_AFTER_MS = 10_000;

/**
 * What becomes of a child that died. @param before deaths in a row until now
 * @param ranForMs how long it had run since it said that it runs; undefined when it never did
 * @returns deaths in a row with this one, and how long to wait before the next start
 */
export function afterDeath(
  before: number,
  ranForMs: number | undefined,
): { readonly deaths: number; readonly delayMs: number } {
  const deaths = ranForMs !== undefined && ranForMs > WELL_AFTER_MS ? 1 : before + 1;
  const longest = ranForMs === undefined ? LONGEST_DELAY_MS.neverRan : LONGEST_DELAY_MS.ran;
  return { deaths, delayMs: Math.min(longest, FIRST_DELAY_MS * 2 ** (deaths - 1)) };
}

/** Runs a program and starts it again when it dies, with growing pauses, until it is told to stop. */
export function superviseChild(options: ChildOptions): Child {
  const { program, log } = options;
  let running: ChildProcess | undefined;
  let wanted = false;
  let deaths = 0;
  let pause: NodeJS.Timeout | undefined;

  function start(): void {
    wanted = true;
    let ranFrom: number | undefined;
    const ranFor = () => (ranFrom === undefined ? undefined : performance.now() - ranFrom);
    const process = launch(options);
    running = process;
    options.onChange();
    process.on("message", (message) => {
      const said = message as ChildMessage;
      if (said.kind !== "fatal") ranFrom ??= performance.now();
      options.onMessage(said);
    });
    // An error is a failed spawn or send; the first is followed by no exit.
    process.on("error", (error) => {
      log.error(`${program.name} could not be run`, { error: error.message });
      if (process.pid === undefined) ended(process, ranFor());
    });
    process.on("exit", (code, signal) => {
      if (wanted) log.warn(`${program.name} ended unexpectedly`, { code, signal, see: options.logFile });
      ended(process, ranFor());
    });
  }

  function ended(process: ChildProcess, ranForMs: number | undefined): void {
    if (running !== process) return;
    running = undefined;
    options.onChange();
    if (!wanted) return;
    const next = afterDeath(deaths, ranForMs);
    deaths = next.deaths;
    log.info(`${program.name} is started again`, { inMs: next.delayMs });
    pause = setTimeout(start, next.delayMs);
  }

  async function stop(patienceMs: number): Promise<void> {
    wanted = false;
    deaths = 0;
    clearTimeout(pause);
    const process = running;
    if (!process) return;
    const gone = new Promise<void>((resolve) => process.once("exit", () => resolve()));
    process.kill("SIGTERM");
    const force = setTimeout(() => {
      log.warn(`${program.name} does not end and is killed`, { afterMs: patienceMs });
      process.kill("SIGKILL");
    }, patienceMs);
    await gone;
    clearTimeout(force);
  }

  return { name: program.name, pid: () => running?.pid, start, stop };
}

/** In a session of its own, so that Ctrl-C reaches the supervisor only; the guard ends it when that one dies. */
function launch({ program, env, logFile }: ChildOptions): ChildProcess {
  const out = openSync(logFile, "a");
  try {
    return spawn(process.execPath, ["--import", `${GUARD}?${process.pid}`, "--import", TSX, program.file], {
      env: childEnvironment({ NODE_ENV: "production", ...env }),
      stdio: ["ignore", out, out, "ipc"],
      detached: true,
    });
  } finally {
    closeSync(out);
  }
}

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
const LONGEST_DELAY_MS = 30_000;
/** A child that lived this long is well: its next death is waited for as the first one. */
const WELL_AFTER_MS = 60_000;

/** How long to wait before the next start, after `deaths` deaths in a row. */
export function restartDelayMs(deaths: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (deaths - 1));
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
    const born = performance.now();
    const process = launch(options);
    running = process;
    options.onChange();
    process.on("message", (message) => options.onMessage(message as ChildMessage));
    // An error is a failed spawn or send; the first is followed by no exit.
    process.on("error", (error) => {
      log.error(`${program.name} could not be run`, { error: error.message });
      if (process.pid === undefined) ended(process, born);
    });
    process.on("exit", (code, signal) => {
      if (wanted) log.warn(`${program.name} ended unexpectedly`, { code, signal, see: options.logFile });
      ended(process, born);
    });
  }

  function ended(process: ChildProcess, born: number): void {
    if (running !== process) return;
    running = undefined;
    options.onChange();
    if (!wanted) return;
    deaths = performance.now() - born > WELL_AFTER_MS ? 1 : deaths + 1;
    const delayMs = restartDelayMs(deaths);
    log.info(`${program.name} is started again`, { inMs: delayMs });
    pause = setTimeout(start, delayMs);
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

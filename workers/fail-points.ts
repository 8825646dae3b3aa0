import { readFileSync, rmSync } from "node:fs";
import { variable } from "../config/env";
import { armFailPoint } from "../server/fail-point";
import type { Micros } from "../server/observation/time";
import type { DayPolicy } from "../server/ports/day-ledger";
import type { CompactionPolicy } from "../server/ports/series-index";

const LOOK_MS = 100;

/**
 * Arms the fail point that IONBEAM_FAIL_POINT names (`name` or `name:n`, the n-th time): the process is killed there as by `kill -9`. `@file` names a
 * file in which such a name may be left while the process runs; it is taken away when it is armed, so that the next process lives.
 * Only tests set it.
 */
export function armFromEnvironment(): void {
  const wanted = variable("IONBEAM_FAIL_POINT");
  if (wanted === undefined) return;
  if (wanted.startsWith("@")) setInterval(() => armFromFile(wanted.slice(1)), LOOK_MS).unref();
  else arm(wanted);
}

function arm(wanted: string): void {
  const [name = "", nth = "1"] = wanted.split(":");
  let left = Number(nth);
  armFailPoint(name, () => {
    left -= 1;
    if (left === 0) process.kill(process.pid, "SIGKILL");
  });
}

function armFromFile(file: string): void {
  let wanted: string;
  try {
    wanted = readFileSync(file, "utf8").trim();
    rmSync(file);
  } catch {
    return;
  }
  arm(wanted);
}

/** Files of points are put together at once, two by two, where IONBEAM_COMPACT_AT_ONCE is set: a test does not wait for a day's files. */
export function compactionOfTests(): CompactionPolicy | undefined {
  if (variable("IONBEAM_COMPACT_AT_ONCE") === undefined) return undefined;
  return { settleMs: 0, minFiles: 2, maxFiles: 256, maxRows: 2_000_000, patienceMs: 86_400_000 };
}

/** Days are put together and shown at once, where IONBEAM_COMPACT_AT_ONCE is set. */
export function daysOfTests(): DayPolicy | undefined {
  if (variable("IONBEAM_COMPACT_AT_ONCE") === undefined) return undefined;
  return { quietMs: 0, restMs: 0, lookMs: 200, keepMs: 3_600_000 };
}

/** How far a test has set the clock, read anew each time: the file that IONBEAM_TEST_CLOCK names holds it in milliseconds. */
export function clockOfTests(): (() => Micros) | undefined {
  const file = variable("IONBEAM_TEST_CLOCK");
  return file === undefined ? undefined : () => Number(readFileSync(file, "utf8")) * 1000;
}

import { variable } from "../config/env";
import { armFailPoint } from "../server/fail-point";
import type { CompactionPolicy } from "../server/ports/series-index";

/**
 * Arms the fail point that IONBEAM_FAIL_POINT names (`name` or `name:n`, the n-th time): the process is killed there as by `kill -9`.
 * Only tests set it.
 */
export function armFromEnvironment(): void {
  const wanted = variable("IONBEAM_FAIL_POINT");
  if (wanted === undefined) return;
  const [name = "", nth = "1"] = wanted.split(":");
  let left = Number(nth);
  armFailPoint(name, () => {
    left -= 1;
    if (left === 0) process.kill(process.pid, "SIGKILL");
  });
}

/** Files of points are put together at once, two by two, where IONBEAM_COMPACT_AT_ONCE is set: a test does not wait for a day's files. */
export function compactionOfTests(): CompactionPolicy | undefined {
  if (variable("IONBEAM_COMPACT_AT_ONCE") === undefined) return undefined;
  return { settleMs: 0, minFiles: 2, maxFiles: 256, maxRows: 2_000_000, patienceMs: 86_400_000 };
}

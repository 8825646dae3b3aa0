import { variable } from "../config/env";
import { armFailPoint } from "../server/fail-point";

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

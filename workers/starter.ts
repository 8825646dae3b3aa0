import { variable } from "../config/env";
import { commandOf, isAlive, parentOf } from "../server/process-table";

const EVERY_MS = 250;

/**
 * Calls `onGone` once when the `npm` that started us dies. npm and its shell do not always pass a signal on (a shell
 * that gets SIGTERM just ends; kill -9 is passed on by nobody), and then we would run on with nobody knowing.
 * Without npm (a service manager, `node scripts/start.mjs &`) a parent may go as it likes.
 */
export function watchStarter(onGone: () => void): void {
  if (variable("npm_lifecycle_event") === undefined) return;
  const parent = process.ppid;
  const ancestors = chainToNpm(parent);
  if (ancestors.length === 0) return;
  const timer = setInterval(() => {
    if (process.ppid === parent && ancestors.every(isAlive)) return;
    clearInterval(timer);
    onGone();
  }, EVERY_MS);
  timer.unref();
}

/** The ids from `pid` up to npm's; none when npm is not among them. */
function chainToNpm(pid: number): number[] {
  const chain: number[] = [];
  for (let each: number | undefined = pid; each !== undefined && each > 1; each = parentOf(each)) {
    chain.push(each);
    if (/\bnpm\b/.test(commandOf(each) ?? "")) return chain;
  }
  return [];
}

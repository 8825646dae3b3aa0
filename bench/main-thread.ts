import { readFile } from "node:fs/promises";
import os from "node:os";
import type { Browser, Page } from "@playwright/test";
import type { Figure } from "./measurement";

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** µs. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** The longest task of the page's main thread, ms, by the clock and by the thread's own CPU, which others on the machine do not lengthen. */
export interface LongestTask {
  readonly ms: number;
  readonly cpuMs: number;
  readonly tasks: number;
}

/** Watches the main thread of a page, to the microsecond, while `body` uses it; what the browser calls a long task begins at 50 ms only. */
export async function longestTask(
  browser: Browser,
  page: Page,
  file: string,
  body: () => Promise<void>,
): Promise<LongestTask> {
  await browser.startTracing(page, { path: file, categories: ["toplevel", "__metadata"] });
  try {
    await body();
  } finally {
    await browser.stopTracing();
  }
  const { traceEvents } = JSON.parse(await readFile(file, "utf8")) as { traceEvents: readonly TraceEvent[] };
  const thread = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(thread),
  );
  const tasks = traceEvents.filter(
    (event) => event.ph === "X" && /RunTask$/.test(event.name) && mains.has(thread(event)),
  );
  if (tasks.length === 0) throw new Error("the trace holds no task of a page's main thread");
  const most = (of: (task: TraceEvent) => number | undefined) =>
    tasks.reduce((longest, task) => Math.max(longest, of(task) ?? 0), 0) / 1000;
  return { ms: most(({ dur }) => dur), cpuMs: most(({ tdur }) => tdur), tasks: tasks.length };
}

/** Above this a task is felt. */
const LONGEST_TASK_MS = 50;

/**
 * The longest task as a figure, held against its bound by the clock, as a user feels it. CPU stands beside it: where there are few cores, the
 * compositor, the software rasteriser, the web and PostgreSQL take the main thread's, and what is far over its CPU waited for the machine.
 */
export function taskFigure(what: string, { ms, cpuMs, tasks }: LongestTask): Figure {
  return {
    what: `longest task, ${what}`,
    value: ms,
    unit: "ms",
    atMost: LONGEST_TASK_MS,
    detail: `by CPU ${cpuMs.toFixed(1)} ms on ${os.availableParallelism()} cores; ${tasks.toLocaleString("en")} tasks`,
  };
}

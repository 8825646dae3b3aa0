import type { z } from "zod";
import { runBuild } from "../server/dataset/build-job";
import { errorText, Transient } from "../server/errors";
import { failPoint } from "../server/fail-point";
import { ingestStage } from "../server/ingest/stage";
import { type StageName, stageOf } from "../server/pipeline";
import type { Change } from "../server/ports/changes";
import type { Job, JobPool } from "../server/ports/jobs";
import type { Log } from "../server/ports/log";
import { runProjection } from "../server/projection/job";
import { projectionStage } from "../server/projection/stage";
import type { Runtime } from "../server/runtime";
import { sourceStage } from "../server/source/stage";
import type { Stage } from "../server/stage";
import { windowStage } from "../server/window/stage";
import { backOffMs } from "./back-off";
import { futureRound } from "./future";
import { type Loop, startLoop } from "./loop";
import { Nudges } from "./nudges";
import { messageRound, projectionRound, windowRound } from "./reconciler";
import { relayRound } from "./relay";
import { type BoundStage, runMessage } from "./runner";
import { scheduleRound } from "./scheduler";
import { Setbacks } from "./setbacks";

/** Two cores: a few messages at a time, builds one by one beside them. Sources mostly wait for their vendors: more of them at once cost little. */
const CONCURRENCY = { source: 6, message: 4, build: 2, project: 1 } as const;

const MINUTE_MS = 60_000;
/** Windows whose time has come, messages whose retry is due, boundaries: looked for this often. */
const LOOK_MS = 2_000;

export interface Line {
  stop(): Promise<void>;
}

/** Starts everything that moves data: the loops that make jobs out of the truth, and the pools that work them. */
export async function startLine(runtime: Runtime, log: Log): Promise<Line> {
  const draining = new AbortController();
  await runtime.refreshTopology();
  const stages = bindStages(runtime, log);
  const runnerPorts = { ...runtime, log, failPoint };
  const nudges = new Nudges(runtime.jobs, runtime.clock);
  const work = (pool: JobPool, handle: (job: Job) => Promise<void>) =>
    runtime.jobs.work(pool, CONCURRENCY[pool], async (job) => {
      nudges.taken(job);
      try {
        await handle(job);
        // One that was given out while this ran may have been dropped as its double: it must not be waited for.
        nudges.taken(job);
      } catch (error) {
        log.warn("a job failed", { pool, ...job, error: errorText(error) });
        if (error instanceof Transient) nudges.taken(job);
        else nudges.rest(job);
        throw error;
      }
    });

  for (const pool of ["source", "message"] as const) {
    await work(pool, async (job) => {
      if (job.kind !== "message") return;
      const stage = stageOf(job.queue);
      if (stage) await runMessage(job.queue, job.id, stages[stage], runnerPorts, draining.signal);
    });
  }
  await work("build", async (job) => {
    if (job.kind === "build")
      await runBuild(windowOf(job), { ...runtime, log, backOffMs, failPoint }, draining.signal);
  });
  await work("project", async (job) => {
    if (job.kind !== "project") return;
    const ports = {
      ...runtime,
      ledger: runtime.projections,
      log,
      plugins: runtime.projectionPlugins,
      backOffMs,
    };
    await runProjection(job.projection, windowOf(job), ports, draining.signal);
  });

  const loops = startLoops(runtime, nudges, log, draining.signal);
  const unlisten = await runtime.changes.listen((change) => wake(loops, change));
  return {
    stop: async () => {
      draining.abort();
      await unlisten();
      await Promise.all(Object.values(loops).map((loop) => loop.stop()));
      await runtime.jobs.close(4_000);
    },
  };
}

function windowOf(job: Extract<Job, { kind: "build" | "project" }>) {
  return { dataset: job.dataset, start: job.start, end: job.end };
}

function bindStages(runtime: Runtime, log: Log): Readonly<Record<StageName, BoundStage>> {
  return {
    source: bind(sourceStage, { ...runtime, log, plugins: runtime.sourcePlugins }),
    ingest: bind(ingestStage, { ...runtime, failPoint }),
    window: bind(windowStage, runtime),
    projection: bind(projectionStage, runtime),
  };
}

function bind<Schema extends z.ZodType, Ports>(stage: Stage<Schema, Ports>, ports: Ports): BoundStage {
  return {
    name: stage.name,
    schema: stage.schema,
    // The runner has parsed the body with this stage's own schema.
    handle: (message, context) => stage.handle(message as z.infer<Schema>, ports, context),
  };
}

type Loops = Readonly<
  Record<"relay" | "messages" | "windows" | "projections" | "schedules" | "future" | "upkeep", Loop>
>;

function startLoops(runtime: Runtime, nudges: Nudges, log: Log, draining: AbortSignal): Loops {
  const rounds = { ...runtime, jobs: nudges, log };
  const setbacks = new Setbacks();
  const ports = { clock: runtime.clock, log };
  const loop = (name: string, everyMs: number, round: () => Promise<boolean>) =>
    startLoop(name, everyMs, round, ports);
  return {
    relay: loop("relay", MINUTE_MS, () => relayRound({ ...runtime, failPoint })),
    messages: loop("messages", LOOK_MS, () => messageRound(rounds)),
    windows: loop("windows", LOOK_MS, () => windowRound(rounds, setbacks)),
    projections: loop("projections", LOOK_MS, () => projectionRound(rounds)),
    schedules: loop("schedules", LOOK_MS, () => scheduleRound(runtime.clock.now(), runtime)),
    future: loop("future", MINUTE_MS, () => futureRound(runtime)),
    upkeep: loop("upkeep", runtime.upkeepEveryMs, () => runtime.timeSeries.upkeep(draining)),
  };
}

function wake(loops: Loops, change: Change): void {
  if (change.noun === "outbox") loops.relay.wake();
  if (change.noun === "inbox") loops.messages.wake();
  if (change.noun === "window") loops.windows.wake();
  if (change.noun === "projection") loops.projections.wake();
  if (change.noun === "source") loops.schedules.wake();
}

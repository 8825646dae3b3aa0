import type { z } from "zod";
import { AlertWatch } from "../server/alert/round";
import { webhookRound } from "../server/alert/webhook";
import { runBuild } from "../server/dataset/build-job";
import { errorText, Transient } from "../server/errors";
import { failPoint } from "../server/fail-point";
import { ingestStage } from "../server/ingest/stage";
import { type StageName, stageOf } from "../server/pipeline";
import type { Change } from "../server/ports/changes";
import type { Job, JobPool } from "../server/ports/jobs";
import type { Log } from "../server/ports/log";
import { runProjection } from "../server/projection/job";
import { showRound } from "../server/projection/show";
import { projectionStage } from "../server/projection/stage";
import { reingestionRound } from "../server/reingestion/round";
import { reprocessRound } from "../server/reprocess/round";
import type { Runtime } from "../server/runtime";
import { sourceStage } from "../server/source/stage";
import type { Stage } from "../server/stage";
import { Sweep } from "../server/sweep";
import { windowStage } from "../server/window/stage";
import { backOffMs } from "./back-off";
import { Cancels } from "./cancels";
import { ClockWatch } from "./clock-watch";
import { dataLifeRound } from "./data-life";
import { quietDayRound } from "./days";
import { futureRound } from "./future";
import { IntakeGate } from "./intake";
import { type Loop, startLoop } from "./loop";
import { Nudges } from "./nudges";
import { messageRound, projectionRound, windowRound } from "./reconciler";
import { relayRound } from "./relay";
import { retentionRound } from "./retention";
import { type BoundStage, runMessage } from "./runner";
import { scheduleRound } from "./scheduler";
import { Setbacks } from "./setbacks";

/**
 * Jobs that one worker works at a time, by pool. Two cores: a few messages at a time, builds one by one beside them. Sources mostly wait for their
 * vendors: more of them at once cost little.
 */
export const CONCURRENCY = { source: 6, message: 4, build: 2, project: 1 } as const;

const MINUTE_MS = 60_000;
/** Windows whose time has come, messages whose retry is due, boundaries: looked for this often. */
const LOOK_MS = 2_000;
/** What is wrong is looked for this often. */
const ALERT_MS = 5_000;

export interface Line {
  stop(): Promise<void>;
}

/** Starts everything that moves data: the loops that make jobs out of the truth, and the pools that work them. */
export async function startLine(runtime: Runtime, log: Log): Promise<Line> {
  const draining = new AbortController();
  await runtime.refreshTopology();
  const nudges = new Nudges(runtime.jobs, runtime.clock);
  const gate = new IntakeGate({ ...runtime.intake, log }, nudges);
  await gate.look();
  const stages = bindStages(runtime, gate, log);
  const cancels = new Cancels({ ...runtime, failPoint });
  const runnerPorts = { ...runtime, log, failPoint };
  const underWay = () => AbortSignal.any([draining.signal, gate.signal]);
  const work = (pool: JobPool, handle: (job: Job) => Promise<void>) =>
    runtime.jobs.work(pool, CONCURRENCY[pool], async (job) => {
      nudges.taken(job);
      // Given out before the gate was shut: it is asked for again when that opens.
      if (gate.holds(job, job.kind === "message" ? job.lane : undefined)) return;
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
      // Runs may be short: what the last one brought is counted before the next one begins.
      if (pool === "source" && (await gate.look()) && gate.holds(job, job.lane)) return;
      const stage = stageOf(job.queue);
      if (!stage) return;
      const run = (signal: AbortSignal) =>
        runMessage(job.queue, job.id, stages[stage], runnerPorts, AbortSignal.any([underWay(), signal]));
      await cancels.cancellable(job.id, run);
    });
  }
  await work("build", async (job) => {
    if (job.kind === "build")
      await runBuild(windowOf(job), { ...runtime, log, backOffMs, failPoint }, underWay());
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
    await runProjection(job.projection, windowOf(job), ports, underWay());
  });

  const loops = startLoops(runtime, gate, log, draining.signal, cancels);
  const unlisten = await runtime.changes.listen((change) => {
    wake(loops, change);
    if (change.noun === "projection-settings" || change.noun === "source") loops.topology.wake();
  });
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

function bindStages(runtime: Runtime, gate: IntakeGate, log: Log): Readonly<Record<StageName, BoundStage>> {
  return {
    source: bind(sourceStage, { ...runtime, log, plugins: runtime.sourcePlugins }),
    ingest: bind(ingestStage, { ...runtime, failPoint, noRoom: () => gate.noRoom() }),
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
  Record<
    | "relay"
    | "messages"
    | "windows"
    | "projections"
    | "shown"
    | "days"
    | "schedules"
    | "future"
    | "upkeep"
    | "retention"
    | "life"
    | "reprocess"
    | "reingestion"
    | "sweep"
    | "intake"
    | "topology"
    | "alerts"
    | "webhook"
    | "cancels"
    | "clock",
    Loop
  >
>;

function startLoops(
  runtime: Runtime,
  gate: IntakeGate,
  log: Log,
  draining: AbortSignal,
  cancels: Cancels,
): Loops {
  const rounds = { ...runtime, jobs: gate, log };
  const setbacks = new Setbacks();
  const sweep = new Sweep({ ...runtime, log, uptimeMs: () => performance.now() });
  const ports = { clock: runtime.clock, log };
  const showing = { ...runtime, log, backOffMs, failPoint };
  const loop = (name: string, everyMs: number, round: () => Promise<boolean>) =>
    startLoop(name, everyMs, round, ports);
  const schedules = async () => (gate.holdsSchedules ? false : scheduleRound(runtime.clock.now(), runtime));
  const dayRound = quietDayRound(showing, () => AbortSignal.any([draining, gate.signal]));
  // Like all that writes files: not while there is no room for them.
  const days = async () => (gate.signal.aborted ? false : dayRound());
  const watch = new ClockWatch({ ...runtime.clockSteps, log });
  const alerts = new AlertWatch({ ...runtime, log, uptimeMs: runtime.clockSteps.uptime });
  const lookAtClock = async () => {
    const step = await watch.look();
    if (step !== 0) alerts.clockSet();
    return step;
  };
  const upkeep = async () => {
    // What was retired a moment ago has not been so for an hour because the clock says so.
    await lookAtClock();
    return gate.signal.aborted ? false : runtime.timeSeries.upkeep(AbortSignal.any([draining, gate.signal]));
  };
  const wakeAll = () => {
    for (const name of ["messages", "windows", "projections"] as const) loops[name].wake();
  };
  const loops: Loops = {
    relay: loop("relay", MINUTE_MS, () => relayRound({ ...runtime, failPoint })),
    messages: loop("messages", LOOK_MS, () => messageRound(rounds)),
    windows: loop("windows", LOOK_MS, () => windowRound(rounds, setbacks)),
    projections: loop("projections", LOOK_MS, () => projectionRound(rounds)),
    shown: loop("shown", LOOK_MS, () => showRound(showing, draining)),
    days: loop("days", LOOK_MS, days),
    schedules: loop("schedules", LOOK_MS, schedules),
    future: loop("future", MINUTE_MS, () => futureRound(runtime)),
    sweep: loop("sweep", LOOK_MS, () => sweep.round()),
    retention: loop("retention", MINUTE_MS, () => retentionRound(rounds, draining)),
    upkeep: loop("upkeep", runtime.upkeepEveryMs, upkeep),
    life: loop("life", LOOK_MS, () =>
      dataLifeRound({ ...runtime, log, backOffMs, failPoint }, draining, gate.signal),
    ),
    reingestion: loop("reingestion", LOOK_MS, () => reingestionRound({ ...runtime, failPoint }, draining)),
    reprocess: loop("reprocess", LOOK_MS, () => reprocessRound({ ...runtime, ...runtime.verbs }, draining)),
    cancels: loop("cancels", LOOK_MS, () => cancels.round()),
    intake: loop("intake", LOOK_MS, async () => {
      if (await gate.look()) wakeAll();
      return false;
    }),
    // Told of by a hint; a lost one costs a minute.
    topology: loop("topology", MINUTE_MS, async () => {
      await runtime.refreshTopology();
      return false;
    }),
    alerts: loop("alerts", ALERT_MS, async () => {
      await lookAtClock();
      return alerts.round();
    }),
    webhook: loop("webhook", LOOK_MS, () => webhookRound({ ...runtime, log, backOffMs }, draining)),
    clock: loop("clock", LOOK_MS, async () => {
      if ((await lookAtClock()) !== 0) wakeAll();
      return false;
    }),
  };
  return loops;
}

/** What a window of a reprocessing waits for. */
const REPROCESSED = new Set<Change["noun"]>(["reprocess", "window", "projection", "run", "ingest"]);

function wake(loops: Loops, change: Change): void {
  if (change.noun === "outbox") loops.relay.wake();
  if (change.noun === "inbox") loops.messages.wake();
  if (change.noun === "inbox" || change.noun === "run") loops.cancels.wake();
  if (REPROCESSED.has(change.noun)) loops.reprocess.wake();
  if (change.noun === "reingestion" || change.noun === "ingest") loops.reingestion.wake();
  if (change.noun === "window") loops.windows.wake();
  if (change.noun === "projection") {
    loops.projections.wake();
    loops.shown.wake();
    loops.days.wake();
  }
  if (change.noun === "points") loops.life.wake();
  if (change.noun === "source") loops.schedules.wake();
  if (change.noun === "dataset") loops.retention.wake();
  if (change.noun === "alert") loops.webhook.wake();
}

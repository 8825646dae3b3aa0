import type { JobsOptions } from "bullmq";
import { Transient } from "../../errors";
import type { Lane } from "../../message";
import { type Job, type JobCounts, type JobPool, type Jobs, poolOf, workOf } from "../../ports/jobs";
import type { Log } from "../../ports/log";

/** Loaded when there is work for it: it takes a quarter of a second, and most command lines ask for no job. */
async function load() {
  const { createPostgresBackend, withBackend } = await import("bullmq");
  return withBackend(createPostgresBackend);
}
type Bullmq = Awaited<ReturnType<typeof load>>;
type JobQueue = InstanceType<Bullmq["Queue"]>;
type JobWorker = InstanceType<Bullmq["Worker"]>;

const POOLS: readonly JobPool[] = ["source", "message", "build", "project"];

/** BullMQ's priorities: smaller is sooner; 0 would jump over all that have one. */
const PRIORITY: Readonly<Record<Lane, number>> = { live: 10, backfill: 1_000 };

/** A job whose worker lost its session meanwhile is worked again after the one and then the other at most; leases keep two workers apart. */
const LOCK_MS = 15_000;
const LOOK_FOR_LOST_MS = 5_000;
/** However often that happens: BullMQ's own limit is one, after which the job would be gone until the truth is reconciled. */
const MOST_LOSSES = 1_000_000;

/** Jobs on BullMQ's PostgreSQL backend, in a schema of their own on the database of the truth. */
export class BullmqJobs implements Jobs {
  private opening: Promise<Readonly<Record<JobPool, JobQueue>>> | undefined;
  private readonly workers: JobWorker[] = [];
  private readonly connection: {
    connectionString: string;
    schema: string;
    max: number;
    migrate: boolean;
    [option: string]: unknown;
  };

  /** @param pool options of node-postgres's pool, for all sessions */
  constructor(
    connectionString: string,
    private readonly log: Log,
    pool: Readonly<Record<string, unknown>> = {},
  ) {
    // Small pools, one per queue: default pools run into "too many clients", a shared one deadlocks.
    this.connection = { ...pool, connectionString, schema: "bullmq", max: 2, migrate: true };
  }

  /** @throws Transient while PostgreSQL does not answer; the next call tries anew */
  private queues(): Promise<Readonly<Record<JobPool, JobQueue>>> {
    this.opening ??= this.open().catch((error) => {
      this.opening = undefined;
      throw error;
    });
    return this.opening;
  }

  private async open(): Promise<Readonly<Record<JobPool, JobQueue>>> {
    const { Queue } = await load();
    const queue = (pool: JobPool) => {
      const made = new Queue(pool, { connection: this.connection });
      made.on("error", (error) =>
        this.log.warn("a job queue lost its connection", { pool, error: error.message }),
      );
      return made;
    };
    const queues = {
      source: queue("source"),
      message: queue("message"),
      build: queue("build"),
      project: queue("project"),
    };
    const made = Object.values(queues);
    try {
      // BullMQ keeps a start that failed for ever: a queue that could not start is of no use any more.
      await Promise.all(made.map((each) => each.waitUntilReady()));
    } catch (cause) {
      await Promise.allSettled(made.map((each) => each.close()));
      throw new Transient("PostgreSQL did not answer; it is tried again", { cause });
    }
    return queues;
  }

  async add(
    job: Job,
    options: { readonly lane?: Lane; readonly delayMs?: number; readonly oldestFirst?: number } = {},
  ): Promise<void> {
    const jobOptions: JobsOptions = {
      priority: PRIORITY[options.lane ?? "live"],
      // One active and one waiting of the same work: a nudge that comes while a job runs must not be lost.
      deduplication: { id: workOf(job), keepLastIfActive: true },
      removeOnComplete: true,
      removeOnFail: true,
      ...(options.delayMs ? { delay: options.delayMs } : {}),
    };
    await (await this.queues())[poolOf(job)].add(job.kind, job, jobOptions);
  }

  async work(pool: JobPool, concurrency: number, handle: (job: Job) => Promise<void>): Promise<void> {
    const { Worker } = await load();
    const worker = new Worker(pool, async (job) => handle(job.data as Job), {
      connection: this.connection,
      concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: LOOK_FOR_LOST_MS,
      maxStalledCount: MOST_LOSSES,
    });
    worker.on("error", (error: Error) =>
      this.log.warn("a job worker lost its connection", { pool, error: error.message }),
    );
    this.workers.push(worker);
    await worker.waitUntilReady();
  }

  async counts(): Promise<Readonly<Record<JobPool, JobCounts>>> {
    const queues = await this.queues();
    const entries = POOLS.map(async (pool) => {
      const counts = await queues[pool].getJobCounts("waiting", "prioritized", "active", "delayed", "failed");
      const waiting = (counts.waiting ?? 0) + (counts.prioritized ?? 0);
      return [
        pool,
        { waiting, active: counts.active ?? 0, delayed: counts.delayed ?? 0, failed: counts.failed ?? 0 },
      ] as const;
    });
    return Object.fromEntries(await Promise.all(entries)) as Record<JobPool, JobCounts>;
  }

  async forget(): Promise<void> {
    const queues = await this.queues();
    for (const pool of POOLS) await queues[pool].obliterate({ force: true });
  }

  async close(deadlineMs = 6_000): Promise<void> {
    const drained = Promise.all(this.workers.map((worker) => worker.close()));
    const late = new Promise<"late">((resolve) => setTimeout(() => resolve("late"), deadlineMs).unref());
    if ((await Promise.race([drained, late])) === "late") {
      await Promise.all(this.workers.map((worker) => worker.close(true)));
    }
    const queues = await this.opening?.catch(() => undefined);
    if (queues) await Promise.all(POOLS.map((pool) => queues[pool].close()));
  }
}

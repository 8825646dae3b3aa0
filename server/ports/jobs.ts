import type { Lane } from "../message";
import { isSourceQueue } from "./inbox";

/** A nudge to do a piece of work that the database knows about anyway. Losing one costs at most a minute (the reconciler). */
export type Job =
  | { readonly kind: "message"; readonly queue: string; readonly id: string; readonly lane?: Lane }
  | { readonly kind: "build"; readonly dataset: string; readonly start: number; readonly end: number }
  | {
      readonly kind: "project";
      readonly projection: string;
      readonly dataset: string;
      readonly start: number;
      readonly end: number;
    };

/** Sources have workers of their own: one that waits for its vendor must not hold up what was collected already. */
export type JobPool = "source" | Job["kind"];

export function poolOf(job: Job): JobPool {
  return job.kind === "message" && isSourceQueue(job.queue) ? "source" : job.kind;
}

/** The name of the work, the same for every nudge to do it; without the colon that BullMQ reserves. */
export function workOf(job: Job): string {
  if (job.kind === "message") return `${job.queue} ${job.id}`;
  const window = `${job.dataset} ${job.start} ${job.end}`;
  return job.kind === "build" ? window : `${job.projection} ${window}`;
}

export interface JobCounts {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
}

export interface Jobs {
  /** Adds a nudge; one that names the same work and still waits is not doubled. `delayMs` holds it back. */
  add(
    job: Job,
    options?: { readonly lane?: Lane; readonly delayMs?: number; readonly oldestFirst?: number },
  ): Promise<void>;
  /** Starts working a pool with bounded concurrency. `handle` may throw: truth decides about retries, not the job. */
  work(pool: JobPool, concurrency: number, handle: (job: Job) => Promise<void>): Promise<void>;
  counts(): Promise<Readonly<Record<JobPool, JobCounts>>>;
  /** Drops all jobs, active ones of dead workers included: the reconciler makes those that are owed again. */
  forget(): Promise<void>;
  /** Stops taking jobs and waits for running ones up to `deadlineMs`. */
  close(deadlineMs?: number): Promise<void>;
}

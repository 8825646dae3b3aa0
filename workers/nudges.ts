import type { Clock } from "../server/ports/clock";
import { type Job, type Jobs, workOf } from "../server/ports/jobs";

/** So long a nudge is taken to stand; a lost one is made again after it (SEMANTICS 7). */
const STANDS_US = 60_000_000;

/** More are not remembered: the oldest are forgotten, and made again. */
const MOST = 10_000;

/**
 * Remembers which nudges were given out and not yet taken up, so that a round over a backlog adds only what is new. The memory is of this process
 * alone: nothing depends on it but the number of needless jobs.
 */
export class Nudges implements Pick<Jobs, "add"> {
  private readonly standing = new Map<string, number>();

  constructor(
    private readonly jobs: Pick<Jobs, "add">,
    private readonly clock: Pick<Clock, "now">,
  ) {}

  async add(job: Job, options?: Parameters<Jobs["add"]>[1]): Promise<void> {
    const work = nameOf(job);
    const now = this.clock.now();
    const since = this.standing.get(work);
    // A clock that was set back must not keep a lost nudge for longer.
    if (since !== undefined && Math.abs(now - since) < STANDS_US) return;
    this.standing.delete(work);
    // Remembered first: a worker may have taken the job up before the call is back, and what is remembered after that stands in the way of the next try.
    this.standing.set(work, now);
    try {
      await this.jobs.add(job, options);
    } catch (error) {
      this.standing.delete(work);
      throw error;
    }
    for (const oldest of this.standing.keys()) {
      if (this.standing.size <= MOST) break;
      this.standing.delete(oldest);
    }
  }

  /** It failed in a way that nobody wrote down: it is not asked for again for a while. */
  rest(job: Job): void {
    this.standing.set(nameOf(job), this.clock.now());
  }

  /** A worker begins with it: what comes up from now on needs a nudge of its own. */
  taken(job: Job): void {
    this.standing.delete(nameOf(job));
  }
}

/** One window is built and projected under the same name. */
function nameOf(job: Job): string {
  return `${job.kind} ${workOf(job)}`;
}

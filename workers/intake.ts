import type { Lane } from "../server/message";
import type { Intake, IntakeState } from "../server/ports/intake";
import { type Job, type Jobs, poolOf } from "../server/ports/jobs";
import type { Log } from "../server/ports/log";
import { type IntakeBounds, judgeIntake, type Room } from "../server/source/intake";

export interface IntakePorts {
  readonly intake: Intake;
  readonly bounds: IntakeBounds;
  /** The disks that we write to. */
  readonly rooms: () => Promise<readonly Room[]>;
  readonly log: Log;
}

/**
 * The gate before collection: looks again and again at the disk and at what waits, and holds back the jobs that may not begin. What it holds back
 * stays where it is, a message in its inbox, a boundary in its schedule, and begins when the gate opens.
 */
export class IntakeGate implements Pick<Jobs, "add"> {
  private state: IntakeState & { readonly disk: boolean } = { level: "open", reason: undefined, disk: false };
  private running = new AbortController();
  /** What the ledger and the log say. */
  private told: IntakeState | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly ports: IntakePorts,
    private readonly jobs: Pick<Jobs, "add">,
  ) {}

  /** Looks once; never two at a time, so that what was seen later is decided later. @returns whether what may begin has changed */
  look(): Promise<boolean> {
    const looked = this.turn.then(() => this.lookOnce());
    this.turn = looked.catch(() => undefined);
    return looked;
  }

  private async lookOnce(): Promise<boolean> {
    const { intake, bounds, rooms, log } = this.ports;
    const most = Math.max(bounds.payloads, bounds.windows, bounds.projections) + 1;
    const found = await rooms();
    // A disk without room is seen although the database does not answer because of it.
    const backlog = await intake.backlog(most).catch((error) => {
      const full = judgeIntake({ rooms: found, live: NOTHING, all: NOTHING }, bounds, this.state);
      if (full.disk) this.become(full);
      throw error;
    });
    const state = judgeIntake({ rooms: found, ...backlog }, bounds, this.state);
    this.become(state);
    if (state.level === this.told?.level && state.reason === this.told.reason) return false;
    await intake.remember(state);
    if (this.told || state.level !== "open") {
      const write = state.level === "open" || state.level === "live" ? log.info : log.warn;
      write.call(log, "what may begin has changed", { intake: state.level, reason: state.reason });
    }
    this.told = state;
    return true;
  }

  private become(state: IntakeState & { readonly disk: boolean }): void {
    this.state = state;
    if (state.level === "halted") this.running.abort();
    else if (this.running.signal.aborted) this.running = new AbortController();
  }

  /** Whether a job may not begin now. */
  holds(job: Job, lane: Lane | undefined): boolean {
    const { level } = this.state;
    if (level === "halted") return true;
    if (poolOf(job) !== "source") return false;
    return level === "paused" || (level === "live" && lane === "backfill");
  }

  /** Whether schedules may not fire: their boundaries are made up later (SEMANTICS 6). */
  get holdsSchedules(): boolean {
    return this.state.level === "paused" || this.state.level === "halted";
  }

  /** Why no foreign payload may be copied in now; undefined while it may. */
  noRoom(): string | undefined {
    return this.state.disk ? this.state.reason : undefined;
  }

  /** For work that begins now: aborted when the disk has no room even for what is under way. */
  get signal(): AbortSignal {
    return this.running.signal;
  }

  async add(job: Job, options?: Parameters<Jobs["add"]>[1]): Promise<void> {
    if (!this.holds(job, options?.lane)) await this.jobs.add(job, options);
  }
}

const NOTHING = { payloads: 0, payloadBytes: 0, waited: 0, windows: 0, windowRows: 0, projections: 0 };

import type { Micros } from "../server/observation/time";
import type { Log } from "../server/ports/log";

/** Less is a busy machine, or a clock that is adjusted as it should be. */
const LEAST: Micros = 20_000_000;

export interface ClockWatchPorts {
  /** The clock of leases and retries, µs. */
  readonly now: () => Promise<Micros>;
  /** A clock that nobody sets, ms. */
  readonly uptime: () => number;
  readonly followClock: (step: Micros) => Promise<void>;
  readonly log: Log;
}

/** Notices a clock that was set, by one that cannot be, and has the ledger follow. */
export class ClockWatch {
  private last: { readonly now: Micros; readonly uptime: number } | undefined;

  constructor(private readonly ports: ClockWatchPorts) {}

  private turn: Promise<unknown> = Promise.resolve();

  /** Never two at a time: a step is followed once. @returns by how much the clock was set since the last look, µs; 0 for not at all. When the ledger cannot follow, the next look finds it again. */
  look(): Promise<Micros> {
    const looked = this.turn.then(() => this.lookOnce());
    this.turn = looked.catch(() => undefined);
    return looked;
  }

  private async lookOnce(): Promise<Micros> {
    const { log, followClock, uptime } = this.ports;
    const asked = uptime();
    const now = await this.ports.now();
    // An answer that took long tells the time of some moment since.
    const seen = { now, uptime: (asked + uptime()) / 2 };
    const step = this.last ? now - this.last.now - (seen.uptime - this.last.uptime) * 1000 : 0;
    const set = Math.abs(step) < LEAST ? 0 : Math.round(step);
    if (set !== 0) {
      log.warn("the clock was set; leases and retries follow", { seconds: Math.round(set / 1e6) });
      await followClock(set);
    }
    this.last = seen;
    return set;
  }
}

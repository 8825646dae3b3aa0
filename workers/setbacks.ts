import type { Micros } from "../server/observation/time";
import { backOffMs } from "./back-off";

/** More are not remembered: the oldest are tried again. */
const MOST = 5_000;

/** Work that failed in this process, and when it may be tried again: what always fails must not stand first for ever. */
export class Setbacks {
  private readonly failed = new Map<
    string,
    { readonly attempts: number; readonly until: Micros; readonly waitMs: number }
  >();

  get size(): number {
    return this.failed.size;
  }

  /** Whether it must still rest. */
  rests(work: string, now: Micros): boolean {
    const setback = this.failed.get(work);
    // More to go than there was to wait: the clock went back.
    return setback !== undefined && setback.until > now && setback.until - now <= setback.waitMs * 1000;
  }

  /** @returns for how many milliseconds it rests: from one second, doubling, to an hour */
  note(work: string, now: Micros): number {
    const attempts = this.failed.get(work)?.attempts ?? 0;
    const waitMs = backOffMs(attempts);
    this.failed.delete(work);
    this.failed.set(work, { attempts: attempts + 1, until: now + waitMs * 1000, waitMs });
    for (const oldest of this.failed.keys()) {
      if (this.failed.size <= MOST) break;
      this.failed.delete(oldest);
    }
    return waitMs;
  }

  clear(work: string): void {
    this.failed.delete(work);
  }
}

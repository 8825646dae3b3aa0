import type { Micros } from "../observation/time";

export interface Clock {
  /** Now, µs since the epoch, UTC. */
  now(): Micros;
  /** Resolves after `ms` milliseconds or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

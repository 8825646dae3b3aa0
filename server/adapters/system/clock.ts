import type { Micros } from "../../observation/time";
import type { Clock } from "../../ports/clock";

/** The machine's clock; it follows steps of the machine's time. */
export const systemClock: Clock = {
  now: (): Micros => Date.now() * 1000,
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener("abort", done);
    }),
};

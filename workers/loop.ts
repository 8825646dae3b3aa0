import { errorText } from "../server/errors";
import type { Clock } from "../server/ports/clock";
import type { Log } from "../server/ports/log";

export interface Loop {
  /** Runs a round as soon as the present one is over. */
  wake(): void;
  /** Stops after the present round. */
  stop(): Promise<void>;
}

/**
 * Runs `round` again and again: when woken, and at the latest every `everyMs`. A round that fails is said and tried again; a round that
 * returns true has more to do and is repeated at once. Never two rounds at a time.
 */
export function startLoop(
  name: string,
  everyMs: number,
  round: () => Promise<boolean>,
  ports: { readonly clock: Clock; readonly log: Log },
): Loop {
  const stopping = new AbortController();
  let woken = new AbortController();
  const run = async () => {
    while (!stopping.signal.aborted) {
      const seen = woken;
      let more = false;
      try {
        more = await round();
      } catch (error) {
        ports.log.warn("a round failed and is tried again", { loop: name, error: errorText(error) });
        await ports.clock.sleep(1_000, stopping.signal);
      }
      if (!more && !stopping.signal.aborted) await ports.clock.sleep(everyMs, seen.signal);
      if (woken.signal.aborted) woken = new AbortController();
    }
  };
  const ended = run();
  return {
    wake: () => woken.abort(),
    stop: async () => {
      stopping.abort();
      woken.abort();
      await ended;
    },
  };
}

import { errorText, Transient } from "../errors";

/** A page waits so long without asking why; then it asks this often whether PostgreSQL answers at all. */
const PATIENCE_MS = 3_000;

/**
 * Waits for what the database is asked, and gives up when the database is not heard from any more: one that was stopped (or a host that hangs) keeps its
 * connections, so that nothing fails by itself for half a minute. A question that takes long is waited for as long as the database answers.
 * @param heard resolves when the database answers, and rejects when it does not within `patienceMs`
 * @throws Transient when it is not heard from; else what `work` throws
 */
export async function whileHeard<Result>(
  work: Promise<Result>,
  heard: (withinMs: number) => Promise<void>,
  patienceMs = PATIENCE_MS,
): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let over = false;
  const silence = new Promise<never>((_, reject) => {
    const listen = () => {
      heard(patienceMs).then(
        () => {
          if (!over) timer = setTimeout(listen, patienceMs);
        },
        (error: unknown) =>
          reject(
            new Transient(`PostgreSQL has not answered for some seconds: ${errorText(error)}`, {
              cause: error,
            }),
          ),
      );
    };
    timer = setTimeout(listen, patienceMs);
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    over = true;
    clearTimeout(timer);
    // Whichever comes second is nobody's.
    silence.catch(() => undefined);
    work.catch(() => undefined);
  }
}

import { withClient } from "./with-client";

/**
 * Whether PostgreSQL answers, on a connection of its own: those of a pool may all be waiting for it.
 * @throws Error when it does not within `withinMs`
 */
export async function answers(connectionString: string, withinMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${withinMs / 1000} s`)), withinMs);
  });
  const asked = withClient(
    { connectionString, connectionTimeoutMillis: withinMs, query_timeout: withinMs },
    async (client) => {
      await client.query("SELECT 1");
    },
  );
  try {
    await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
    asked.catch(() => undefined);
  }
}

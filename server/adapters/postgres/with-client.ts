import pg from "pg";

/**
 * One connection of its own for `body`, which is closed afterwards. A connection that is lost meanwhile fails the statement at hand, not the process.
 * @throws Error when PostgreSQL does not answer within `connectionTimeoutMillis`
 */
export async function withClient<T>(
  config: pg.ClientConfig,
  body: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(config);
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await body(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

import { randomUUID } from "node:crypto";
import pg from "pg";
import { connectionString } from "../server/adapters/postgres/embedded/start";
import { dataFolder } from "./product";

export const INGEST_QUEUE = "ionbeam.ingestion.ingestV1";

/** Works on the product's database. */
async function inDatabase<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: connectionString(dataFolder()) });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Puts messages into a queue, as another program would. @returns their ids */
export function send(queue: string, bodies: readonly object[]): Promise<string[]> {
  return inDatabase(async (client) => {
    const ids = bodies.map(() => randomUUID());
    for (const [place, id] of ids.entries())
      await client.query("INSERT INTO inbox (queue, id, body, lane) VALUES ($1, $2, $3, 'live')", [
        queue,
        id,
        JSON.stringify({ ...bodies[place], id }),
      ]);
    await client.query("SELECT pg_notify('ionbeam_change', '{\"noun\":\"inbox\"}')");
    return ids;
  });
}

/** Makes the oldest window of a projection one that failed, and is not tried again by itself soon. @returns its start, µs */
export function failProjection(projection: string, error: string): Promise<number> {
  return inDatabase(async (client) => {
    const { rows } = await client.query<{ start: string }>(
      `UPDATE projection_state s SET done = wanted - 1, error = $2, attempts = 7, retry_at = clock_timestamp() + interval '50 minutes', lease_until = NULL
       FROM (SELECT dataset, start_us, end_us FROM projection_state WHERE projection = $1 AND wanted > 0 AND wanted <= done ORDER BY end_us LIMIT 1) oldest
       WHERE s.projection = $1 AND (s.dataset, s.start_us, s.end_us) = (oldest.dataset, oldest.start_us, oldest.end_us)
       RETURNING s.start_us AS start`,
      [projection, error],
    );
    return Number(rows[0]?.start);
  });
}

/** A command of the line's own, as it was ingested. */
export function ingestedCommand(): Promise<Record<string, unknown>> {
  return inDatabase(async (client) => {
    const { rows } = await client.query<{ body: Record<string, unknown> }>(
      "SELECT body FROM inbox WHERE queue = $1 AND settled_at IS NOT NULL AND discarded_at IS NULL LIMIT 1",
      [INGEST_QUEUE],
    );
    return rows[0]?.body ?? {};
  });
}

/** How many messages of a class are set aside, or discarded. */
export function countLetters(letterClass: string, discarded: boolean): Promise<number> {
  return inDatabase(async (client) => {
    const { rows } = await client.query<{ count: string }>(
      "SELECT count(*) FROM inbox WHERE dead_class = $1 AND dead_at IS NOT NULL AND (discarded_at IS NOT NULL) = $2",
      [letterClass, discarded],
    );
    return Number(rows[0]?.count);
  });
}

import type pg from "pg";

const BATCH = 2_000;

/** The column `line` of a query, by a cursor: memory does not depend on how much there is. */
export async function* linesOf<Line>(
  client: pg.Client,
  query: string,
  values: readonly unknown[] = [],
): AsyncGenerator<readonly Line[]> {
  await client.query(`DECLARE dump NO SCROLL CURSOR FOR ${query}`, [...values]);
  try {
    for (;;) {
      const { rows } = await client.query<{ line: Line }>(`FETCH ${BATCH} FROM dump`);
      if (rows.length === 0) return;
      yield rows.map(({ line }) => line);
    }
  } finally {
    await client.query("CLOSE dump").catch(() => undefined);
  }
}

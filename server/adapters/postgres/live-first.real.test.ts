import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DAY, HOUR, type Micros } from "../../observation/time";
import { Database } from "./database";
import { PostgresLedger } from "./ledger";
import { PostgresProjectionLedger } from "./projection-ledger";
import { type TestDatabase, testDatabase } from "./testing";

/** Hours of a month that is filled. */
const MONTH = 744;

describe("live work beside a month of backfill, all of it asked for and none of it worked", () => {
  let database: TestDatabase;
  let db: Database;
  let now: Micros;

  beforeAll(async () => {
    database = await testDatabase();
    db = new Database(database.connectionString);
    now = await db.now();
    const today = now - (now % HOUR) - HOUR;
    await add("archive", today - 90 * DAY, MONTH, true, undefined);
    await add("marked", today - 90 * DAY, MONTH, false, 0);
    await add("live", today, 1, true, undefined);
    await add("live", today - HOUR, 1, false, 1);
    await db.execute(
      undefined,
      `INSERT INTO projection (name, kind, enabled, config) VALUES ('p', 'p', true, '{}')`,
    );
    await db.execute(
      undefined,
      `INSERT INTO projection_state (projection, dataset, start_us, end_us, wanted) SELECT 'p', dataset, start_us, end_us, 1 FROM "window"`,
    );
  });
  afterAll(async () => {
    await db.close();
    await database.close();
  });

  const add = (dataset: string, start: Micros, n: number, build: boolean, look: Micros | undefined) =>
    db.execute(
      undefined,
      `INSERT INTO "window" (dataset, start_us, end_us, declared_span, desired_hash, coverage_share, complete, gaps, need, state, stale, reason, build_now, look_again_us)
       SELECT $1, $2::bigint + i * ${HOUR}, $2::bigint + (i + 1) * ${HOUR}, 'PT1H', 'h', 1, true, '[]', 'due', 'queued', false, '', $4::boolean, $5::bigint
       FROM generate_series(0, $3::int - 1) i`,
      dataset,
      start,
      n,
      build,
      look ?? null,
    );

  it("comes first among the windows, and what must be judged is not hidden by what waits to be built", async () => {
    const ledger = new PostgresLedger(db);
    const due = await db.run(async (tx) => ledger.dueWindows(tx, await ledger.now(tx), 500));
    expect(due.slice(0, 2)).toMatchObject([
      { window: { dataset: "live" }, buildNow: false },
      { window: { dataset: "live" }, buildNow: true },
    ]);
    const of = (dataset: string) => due.filter(({ window }) => window.dataset === dataset);
    expect([of("archive").length, of("marked").length]).toEqual([499, 499]);
  });

  it("comes first among what is to be projected, and says so", async () => {
    const due = await new PostgresProjectionLedger(db, 0).due(500);
    expect(due).toHaveLength(500);
    const live = due.filter(({ lane }) => lane === "live");
    expect(due.slice(0, 2)).toEqual(live);
    expect(live.map(({ window }) => window.dataset)).toEqual(["live", "live"]);
  });
});

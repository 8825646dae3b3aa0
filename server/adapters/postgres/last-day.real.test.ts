import { afterAll, beforeAll, expect, it } from "vitest";
import { DAY, HOUR, MINUTE, type Micros } from "../../observation/time";
import { Database } from "./database";
import { lastDay } from "./last-day";
import { type TestDatabase, testDatabase } from "./testing";

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await testDatabase();
  db = new Database(database.connectionString);
});
afterAll(async () => {
  await db.close();
  await database.close();
});

const at = (parameter: string) => `timestamptz 'epoch' + ${parameter}::bigint * interval '1 microsecond'`;

const ingested = (id: number, when: Micros, rows: number) =>
  db.execute(
    undefined,
    `INSERT INTO generation (delivery_id, ordinal, command_id, map_hash, map_version, rows, stations, rows_rejected, bad_cells, unmapped, ingested_at)
     VALUES ($1::bigint, 0, gen_random_uuid(), 'h', 1, $2::bigint, 1, 2, '{}', '{}', ${at("$3")})`,
    id,
    rows,
    when,
  );

const built = (end: Micros, when: Micros, requested = false) =>
  db.execute(
    undefined,
    `INSERT INTO revision (dataset, start_us, end_us, revision, output, current, bytes, rows, stations, columns, desired_hash, map_hashes, deliveries, coverage_share, complete, built_at, requested)
     VALUES ('d', $1::bigint, $2::bigint, 1, 'revision', true, 1, 1, 1, '[]', 'h', '{}', '[]', 1, true, ${at("$3")}, $4::boolean)`,
    end - HOUR,
    end,
    when,
    requested,
  );

it("the last day has its 24 hours, what came and was built in each, and the lag of live windows alone", async () => {
  const now = await db.now();
  const hour = now - (now % HOUR);
  await ingested(1, hour - 2 * HOUR, 100);
  await ingested(2, hour - 2 * HOUR + 59 * MINUTE, 50);
  await ingested(3, hour - 30 * HOUR, 7);
  await built(hour - 3 * HOUR, hour - 2 * HOUR + 10 * MINUTE);
  await built(hour - 4 * HOUR, hour - 2 * HOUR + 20 * MINUTE);
  await built(hour - 2 * HOUR, hour - 2 * HOUR + 30 * MINUTE);
  // A window of last week that is filled now: built, and not late.
  await built(hour - 7 * DAY, hour - 2 * HOUR + 40 * MINUTE);
  // Forced by a person, and collected by one ten hours late: neither is the line's lag.
  await built(hour - 15 * HOUR, hour - 2 * HOUR + 41 * MINUTE, true);
  await db.execute(
    undefined,
    "INSERT INTO source (name, kind, dataset, enabled, config, map_hash, map_version) VALUES ('s', 'k', 'd', true, '{}', 'h', 1)",
  );
  const run = (trigger: string, end: Micros) =>
    db.execute(
      undefined,
      `INSERT INTO run (id, source, start_us, end_us, trigger, lane, state, requested_at)
       VALUES (gen_random_uuid(), 's', $1::bigint, $2::bigint, $3, 'live', 'done', ${at("$4")})`,
      end - HOUR,
      end,
      trigger,
      hour - 2 * HOUR,
    );
  await run("person", hour - 12 * HOUR);
  await built(hour - 12 * HOUR, hour - 2 * HOUR + 42 * MINUTE);
  // What a new installation begins with is of before it.
  await run("first-fill", hour - 9 * HOUR);
  await built(hour - 9 * HOUR, hour - 2 * HOUR + 43 * MINUTE);
  // A schedule that makes up for lost time is the line being late.
  await run("schedule", hour - 4 * HOUR);
  const hours = await lastDay(db, now);
  expect(hours.map(({ start }) => start)).toEqual(
    Array.from({ length: 24 }, (_, i) => hour - (23 - i) * HOUR),
  );
  const nothing = { rows: 0, rejected: 0, deliveries: 0, windows: 0, byHand: 0, lag: undefined };
  for (const each of hours) {
    if (each.start !== hour - 2 * HOUR) expect(each).toMatchObject(nothing);
    else
      expect(each).toMatchObject({
        rows: 150,
        rejected: 4,
        deliveries: 2,
        windows: 7,
        byHand: 2,
        lag: 70 * MINUTE,
      });
  }
});

import { writeFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DAY, HOUR, MINUTE, parseInstant } from "../server/observation/time";
import { isQuiet, openTestLine, type TestLine } from "./line.testing";

const PAST = parseInstant("2026-03-01T00:00:00Z") ?? 0;
/** Nobody listens there: a run of this source is tried again and again. */
const YAML = `sources:
  ioncannon:
    num_stations: 3
    late_share: 0
  sensor_community:
    base_url: http://127.0.0.1:9
  scheduler:
    windows:
      - source_name: ioncannon
        window_size: PT5M
        trigger_interval: PT5M
`;

/** PostgreSQL looks for functions in its own catalogue first, unless a path says otherwise: so its clock can be set for one database. */
const SET_CLOCK = `
  CREATE SCHEMA test_clock;
  CREATE TABLE test_clock.set (by interval NOT NULL);
  INSERT INTO test_clock.set VALUES ('0');
  CREATE FUNCTION test_clock.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql AS 'SELECT pg_catalog.clock_timestamp() + by FROM test_clock.set';
  CREATE FUNCTION test_clock.now() RETURNS timestamptz STABLE LANGUAGE sql AS 'SELECT pg_catalog.now() + by FROM test_clock.set';
  DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = test_clock, public, pg_catalog', current_database()); END $$`;

let line: TestLine;
let admin: pg.Client;
let clock: string;
let begun = 0;

/** Sets the clock of the machine and of its database, as one. */
async function setClock(hours: number): Promise<void> {
  await admin.query("UPDATE test_clock.set SET by = make_interval(hours => $1)", [hours]);
  writeFileSync(clock, String((hours * HOUR) / 1000));
}

beforeAll(async () => {
  line = await openTestLine(YAML);
  admin = new pg.Client({ connectionString: line.connectionString });
  admin.on("error", () => undefined);
  await admin.connect();
  await admin.query(SET_CLOCK);
  clock = path.join(line.folder, "clock");
  await setClock(0);
  line.start(undefined, { IONBEAM_TEST_CLOCK: clock });
  await line.until(async () => (await line.runtime.views.sources()).length > 0, "the first content");
  begun = await line.db.now();
  await line.until(() => isQuiet(line), "the first fill");
  await line.runtime.verbs.runSource({
    name: "sensor_community",
    start: PAST,
    end: PAST + DAY,
    requestKey: "never",
  });
});
afterAll(async () => {
  await admin?.end();
  await line?.close();
});

async function scheduled(): Promise<number[]> {
  const { rows } = await admin.query<{ start: string }>(
    "SELECT start_us AS start FROM run WHERE trigger = 'schedule' AND source = 'ioncannon' ORDER BY start_us",
  );
  return rows.map(({ start }) => Number(start));
}

/** How often the run that cannot succeed has been tried. */
async function attempts(): Promise<number> {
  const { rows } = await admin.query<{ attempts: number }>(
    "SELECT attempts FROM inbox WHERE queue = 'ionbeam.source.sensor_community.start'",
  );
  return rows[0]?.attempts ?? 0;
}

/** What was to happen in a moment still does: another try, and a build after a minute of quiet. */
async function nothingWaitsForAnHour(step: () => Promise<void>): Promise<void> {
  // Its pauses grow to an hour: begun anew, they are seconds. While it is tried, which takes seconds, there is none to begin anew.
  const begunAnew = async () => {
    const { rowCount } = await admin.query(
      "UPDATE inbox SET attempts = 0, retry_at = NULL WHERE queue = 'ionbeam.source.sensor_community.start' AND lease_until IS NULL",
    );
    return rowCount === 1;
  };
  await line.until(begunAnew, "a pause between two tries");
  await line.until(async () => (await attempts()) >= 2, "tries");
  const [ingest] = (await line.runtime.views.ingests({ dataset: "ioncannon", limit: 1 })).items;
  if (!ingest) throw new Error("nothing was ingested");
  const verb = ingest.withdrawn ? line.runtime.verbs.restoreDelivery : line.runtime.verbs.withdrawDelivery;
  await verb({ key: ingest.delivery });
  const before = await attempts();
  await step();
  await line.until(async () => (await attempts()) > before, "another try");
  const stale = async () => {
    const { items } = await line.runtime.views.windows({ dataset: "ioncannon", limit: 100 });
    return items.filter((window) => window.stale || ["failed", "queued", "building"].includes(window.state));
  };
  await line.until(async () => (await stale()).length === 0, "no window that owes something");
}

it.each([
  ["forward an hour", 1],
  ["back again", 0],
  ["back an hour", -1],
  ["forward again", 0],
])(
  "the clock goes %s: nothing waits for an hour, and nothing is taken from who has it",
  async (_name, hours) => {
    await nothingWaitsForAnHour(() => setClock(hours));
    expect(line.alive()).toBe(true);
    const { rows } = await admin.query(
      `SELECT 1 FROM inbox WHERE settled_at IS NULL AND lease_until > test_clock.clock_timestamp() + interval '2 minutes'
     UNION ALL SELECT 1 FROM "window" WHERE lease_until > test_clock.clock_timestamp() + interval '2 minutes'`,
    );
    expect(rows, "leases that last").toEqual([]);
  },
);

it("each boundary was fired once, none was left out, and no window is closed or owed for it", async () => {
  const starts = await scheduled();
  expect(starts.length).toBeGreaterThanOrEqual(12);
  expect(starts.slice(1).map((start, i) => start - (starts[i] ?? 0))).toEqual(
    starts.slice(1).map(() => 5 * MINUTE),
  );
  expect(begun - (starts[0] ?? 0)).toBeLessThan(20 * MINUTE);
  await line.until(
    async () =>
      (await line.runtime.views.windows({ dataset: "ioncannon", limit: 100 })).items.every(
        ({ state, stale }) =>
          ["built", "open", "settling", "waiting", "incomplete", "empty"].includes(state) && !stale,
      ),
    "windows at rest",
  );
  // The schedule goes on: every five minutes a run is on its way for a moment.
  const undone = async () =>
    (await line.db.rows(undefined, "SELECT 1 FROM run WHERE source = 'ioncannon' AND state <> 'done'"))
      .length;
  await line.until(async () => (await undone()) === 0, "all runs done");
  // What a revision names is there.
  const { items } = await line.runtime.views.windows({ dataset: "ioncannon", limit: 100, states: ["built"] });
  for (const { files } of items)
    for (const file of files)
      expect(await line.runtime.files.exists(line.runtime.files.keyOf(file) ?? "")).toBe(true);
});
